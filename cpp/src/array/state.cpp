#include "array/state.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {
namespace {

// A resize changes the shape; anything else means that another array took this one's place.
bool is_resized(const ArrayMeta& before, const ArrayMeta& after) {
    return before.dtype == after.dtype && before.shard_shape == after.shard_shape &&
           before.block_shape == after.block_shape && before.fill == after.fill && before.codecs == after.codecs;
}

ArrayMeta open_meta(const Store& store, const Format& format, bool again = false) {
    try {
        return format.open(store);
    } catch (const Error& error) {
        if (again || !says_replaced(error)) throw error.at(store.description());
    }
    return open_meta(store, format, true);
}

}  // namespace

void rethrow_at(const std::string& place) {
    try {
        throw;
    } catch (const Error& error) {
        throw error.at(place);
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::io, concat(place, ": the system has not enough memory for it"), ENOMEM);
    }
}

// The version is always taken before the metadata: should these be replaced in between, they are read again once
// more than necessary, and never once too little.
ArrayState::ArrayState(std::shared_ptr<Store> store, std::shared_ptr<const Format> format, OpenMode mode)
    : store_(std::move(store)), format_(std::move(format)), mode_(mode) {
    const auto version = stored_version();
    first_ = remember(open_meta(*store_, *format_), version);
}

std::optional<BlobVersion> ArrayState::stored_version() const {
    return store_->version(format_->metadata_key());
}

SharedMeta ArrayState::look(const std::optional<BlobVersion>& version) {
    ArrayMeta now = open_meta(*store_, *format_);
    if (!is_resized(*first_, now))
        fail(ErrorKind::invalid_metadata, store_->description(), " was replaced by another array: open it again");
    return remember(std::move(now), version);
}

SharedMeta ArrayState::remember(ArrayMeta meta, const std::optional<BlobVersion>& version) {
    auto shared = std::make_shared<const ArrayMeta>(std::move(meta));
    const auto seen = seen_.lock();
    seen->meta = shared;
    seen->number = ++seen_count_;
    seen->version = version;
    return shared;
}

SharedMeta ArrayState::meta() {
    if (SharedMeta known = seen_.lock()->meta) return known;
    return look(stored_version());
}

std::uint64_t ArrayState::meta_version() {
    (void)meta();
    return seen_.lock()->number;
}

SharedMeta ArrayState::refresh() {
    const SharedMeta known = meta();
    if (known->unbounded) return known;  // nothing that could change
    return refresh_to(stored_version());
}

SharedMeta ArrayState::refresh_locked() {
    const SharedMeta known = meta();
    if (known->unbounded) return known;
    const auto blob = store_->open(format_->metadata_key());
    return refresh_to(blob ? std::optional(blob->version()) : std::nullopt);
}

SharedMeta ArrayState::refresh_to(const std::optional<BlobVersion>& version) {
    {
        const auto seen = seen_.lock();
        if (seen->meta && version == seen->version) return seen->meta;
    }
    return look(version);
}

bool ArrayState::replace_meta(const SharedMeta& known, const ArrayMeta& meta) {
    std::optional<BlobVersion> version;
    {
        const auto seen = seen_.lock();
        if (seen->meta != known || !seen->version) return false;
        version = seen->version;
    }
    if (!format_->store_metadata(*store_, meta, Expected::exactly(version))) return false;
    // Whoever comes next may have replaced them already, so no version that is found now is that of these.
    remember(meta, std::nullopt);
    return true;
}

void ArrayState::sync_meta() {
    std::optional<BlobVersion> version;
    {
        const auto seen = seen_.lock();
        version = seen->version;
        if (version && version == seen->synced) return;
    }
    for (const std::string_view key : format_->metadata_keys()) store_->sync(key);
    seen_.lock()->synced = version;
}

std::vector<Index> ArrayState::stored_shards(const ArrayMeta& meta) const {
    std::vector<Index> shards = format().stored_shards(*store_, meta);
    std::sort(shards.begin(), shards.end(), [](const Index& a, const Index& b) {
        return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    });
    shards.erase(std::unique(shards.begin(), shards.end()), shards.end());  // as they are, and compressed once more
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
