#include "format/formats.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

std::string list_of(std::string_view (Format::*member)() const noexcept) {
    std::string list;
    for (const Format* format : all_formats()) list += concat(list.empty() ? "" : ", ", (format->*member)());
    return list;
}

}  // namespace

std::optional<Format::EmptyShard> Format::empty_shard(const ArrayMeta&) const {
    return std::nullopt;
}

std::shared_ptr<const Format> Format::part(const Store&, std::string_view) const {
    return nullptr;
}

std::vector<Index> Format::stored_shards(const Store& store, const ArrayMeta& meta) const {
    std::vector<Index> shards;
    for (const std::string& key : store.list())
        if (const auto shard = shard_of_key(meta, key)) shards.push_back(*shard);
    return shards;
}

std::shared_ptr<const ShardReader> Format::find_shard(const Store& store, const ArrayMeta& meta, const Index& shard,
                                                      const std::string& key) const {
    auto blob = store.open(key);
    return blob ? std::make_shared<const ShardReader>(open_shard(meta, shard, std::move(blob))) : nullptr;
}

// A table, not self-registration: linkers drop objects of a static library that nobody refers to.
const std::vector<const Format*>& all_formats() {
    static const std::vector<const Format*> table{
#define VOXBRICK_FORMAT(name) &name##_format(),
#include "format/formats.def"
#undef VOXBRICK_FORMAT
    };
    return table;
}

const Format& format_named(std::string_view name) {
    for (const Format* format : all_formats())
        if (format->name() == name) return *format;
    fail(ErrorKind::invalid_argument, "there is no data format \"", name, "\"; there are ", list_of(&Format::name));
}

const Format* find_format(const Store& store) {
    for (const Format* format : all_formats())
        if (store.version(format->metadata_key())) return format;
    return nullptr;
}

const Format& detect_format(const Store& store) {
    if (const Format* format = find_format(store)) return *format;
    fail(ErrorKind::not_found, "there is no array in ", store.description(), ": none of ",
         list_of(&Format::metadata_key), " exists");
}

}  // namespace voxbrick
