#include "state.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {
namespace {

// A resize changes the shape; anything else means that another array took this one's place.
bool is_resized(const ArrayMeta& before, const ArrayMeta& after) {
    return before.dtype == after.dtype && before.shard_shape == after.shard_shape &&
           before.block_shape == after.block_shape && before.fill == after.fill && before.codecs == after.codecs;
}

}  // namespace

ArrayMeta open_meta(const Store& store, const Format& format) {
    try {
        return format.open(store);
    } catch (const Error& error) {
        throw error.at(store.description());
    }
}

void rethrow_at(const std::string& place) {
    try {
        throw;
    } catch (const Error& error) {
        throw error.at(place);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::io, concat(place, ": the system has not enough memory for it"), ENOMEM);
    }
}

ArrayState::ArrayState(std::shared_ptr<Store> store, std::shared_ptr<const Format> format, ArrayMeta meta,
                       OpenMode mode)
    : store_(std::move(store)), format_(std::move(format)), mode_(mode) {
    remember(std::move(meta), store_->version(format_->metadata_key()));
}

const ArrayMeta& ArrayState::remember(ArrayMeta meta, const std::optional<BlobVersion>& version) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::move(meta));
    version_ = version;
    return seen_.back();
}

const ArrayMeta& ArrayState::meta() const {
    const std::lock_guard lock(mutex_);
    return seen_.back();
}

const ArrayMeta& ArrayState::refresh() {
    const ArrayMeta& known = meta();
    if (known.unbounded) return known;  // nothing that could change
    const auto version = store_->version(format_->metadata_key());
    {
        const std::lock_guard lock(mutex_);
        if (version == version_) return seen_.back();
    }
    ArrayMeta now = open_meta(*store_, *format_);
    if (!is_resized(known, now))
        fail(ErrorKind::invalid_metadata, store_->description(), " was replaced by another array: open it again");
    return remember(std::move(now), version);
}

const ArrayMeta& ArrayState::replace_meta(const ArrayMeta& meta) {
    format_->store_metadata(*store_, meta, false);
    return remember(meta, store_->version(format_->metadata_key()));
}

std::vector<Index> ArrayState::stored_shards(const ArrayMeta& meta) const {
    std::vector<Index> shards = format().stored_shards(*store_, meta);
    std::sort(shards.begin(), shards.end(), [](const Index& a, const Index& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    });
    return shards;
}

std::string ArrayState::key_of(const ArrayMeta& meta, const Index& shard) const {
    return format_->shard_key(meta, shard);
}

std::string ArrayState::place_of(const ArrayMeta& meta, const Index& shard, const Index& block) const {
    return concat("block ", block, " of ", place_of(meta, shard));
}

std::string ArrayState::place_of(const ArrayMeta& meta, const Index& shard) const {
    return concat(key_of(meta, shard), " in ", store_->description());
}

}  // namespace voxbrick
