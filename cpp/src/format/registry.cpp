#include <algorithm>
#include <cerrno>

#include "exec/process.hpp"
#include "format/formats.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

std::string list_of(std::string_view (Format::*member)() const noexcept) {
    std::string list;
    for (const Format* format : all_formats()) list += concat(list.empty() ? "" : ", ", (format->*member)());
    return list;
}

// Whether shards lie below a key: it becomes one's by the last folders and the name of the first shard.
bool is_folder_of_shards(const Format& format, const ArrayMeta& meta, std::string_view key) {
    const std::string first = format.shard_key(meta, Index::filled(meta.shape.rank(), 0));
    const auto depth = std::count(key.begin(), key.end(), '/');
    std::size_t end = 0;
    for (auto level = -1; level < depth && end != std::string::npos; ++level) end = first.find('/', end + 1);
    return end != std::string::npos && format.is_shard_key(meta, concat(key, first.substr(end)));
}

void check_no_folder_of_shards(const Format& format, const Store& store, const ArrayMeta& meta, std::string_view key) {
    if (is_folder_of_shards(format, meta, key))
        fail(ErrorKind::io, key, " in ", store.description(), " is no folder, so that the shards below it are lost");
}

// Throws what reading the shards would throw in whose place something else lies.
void check_no_shard(const Format& format, const Store& store, const ArrayMeta& meta, std::string_view key) {
    if (format.is_shard_key(meta, key)) (void)store.open(key);
}

}  // namespace

std::optional<Format::EmptyShard> Format::empty_shard(const ArrayMeta&) const {
    return std::nullopt;
}

bool Format::claims(const Store&) const {
    return true;
}

std::shared_ptr<const Format> Format::part(const Store&, std::string_view) const {
    return nullptr;
}

bool Format::is_shard_key(const ArrayMeta& meta, std::string_view key) const {
    return shard_of_key(meta, key).has_value();
}

bool Format::owns(const ArrayMeta& meta, std::string_view key) const {
    return key == metadata_key() || is_shard_key(meta, key);
}

std::vector<Index> Format::stored_shards(const Store& store, const ArrayMeta& meta) const {
    const Listing listing = store.list_all();
    for (const std::string& key : listing.folders) check_no_shard(*this, store, meta, key);
    for (const std::string& key : listing.obstacles) {
        check_no_shard(*this, store, meta, key);
        check_no_folder_of_shards(*this, store, meta, key);
    }
    std::vector<Index> shards;
    for (const std::string& key : listing.objects) {
        if (is_shard_key(meta, key)) {
            const std::vector<Index> found = shards_under(store, meta, key);
            shards.insert(shards.end(), found.begin(), found.end());
        } else {
            check_no_folder_of_shards(*this, store, meta, key);
        }
    }
    return shards;
}

std::vector<Index> Format::shards_under(const Store&, const ArrayMeta& meta, const std::string& key) const {
    return {shard_of_key(meta, key).value()};
}

std::shared_ptr<const ShardReader> Format::find_shard(const Store& store, const ArrayMeta& meta, const Index& shard,
                                                      const std::string& key) const {
    auto blob = store.open(key);
    return blob ? std::make_shared<const ShardReader>(open_shard(meta, shard, std::move(blob))) : nullptr;
}

// A table, not self-registration: linkers drop objects of a static library that nobody refers to.
const std::vector<const Format*>& all_formats() {
    static constinit Immortal<const std::vector<const Format*>> table;
    return table.get([] {
        return new std::vector<const Format*>{
#define VOXBRICK_FORMAT(name) &name##_format(),
#include "format/formats.def"
#undef VOXBRICK_FORMAT
        };
    });
}

const Format& format_named(std::string_view name) {
    for (const Format* format : all_formats())
        if (format->name() == name) return *format;
    fail(ErrorKind::invalid_argument, "there is no data format \"", name, "\"; there are ", list_of(&Format::name));
}

bool has_metadata(const Store& store, const Format& format) {
    try {
        return store.version(format.metadata_key()).has_value();
    } catch (const Error& error) {
        if (error.system_code() == EISDIR) return false;
        throw;
    }
}

const Format* find_format(const Store& store) {
    for (const Format* format : all_formats())
        if (has_metadata(store, *format)) return format;
    return nullptr;
}

const Format& detect_format(const Store& store) {
    if (const Format* format = find_format(store)) return *format;
    fail(ErrorKind::not_found, "there is no array in ", store.description(), ": none of ",
         list_of(&Format::metadata_key), " exists");
}

}  // namespace voxbrick
