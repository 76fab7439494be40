// Any text as metadata.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "target.hpp"
#include "voxbrick/format/format.hpp"

namespace fuzz {

inline std::shared_ptr<voxbrick::Store> store_of(
    const std::vector<std::pair<std::string_view, voxbrick::ByteView>>& objects) {
    auto store = voxbrick::make_memory_store();
    for (const auto& [key, bytes] : objects) voxbrick::replace_bytes(*store, key, false, bytes);
    return store;
}

/// Opens the metadata of an array and asks it what others ask. True if it is an array.
inline bool open_metadata(const voxbrick::Format& format, const voxbrick::Store& store) {
    using voxbrick::ErrorKind;
    return accepts({ErrorKind::invalid_metadata, ErrorKind::unsupported, ErrorKind::not_found}, [&] {
        const voxbrick::ArrayMeta meta = format.open(store);
        (void)meta.block_bytes();
        (void)meta.block_count();
        (void)meta.bounds();
        const voxbrick::Index first = voxbrick::Index::filled(meta.shape.rank(), 0);
        const std::string key = format.shard_key(meta, first);
        const bool empty = std::find(meta.shape.begin(), meta.shape.end(), 0) != meta.shape.end();
        require(empty || format.is_shard_key(meta, key), "the first shard has no key");
    });
}

}  // namespace fuzz
