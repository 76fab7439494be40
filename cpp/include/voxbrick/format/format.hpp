// What bytes on disk mean. One object for each format, made once, const, shared.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "voxbrick/base/export.hpp"
#include "voxbrick/format/array_meta.hpp"
#include "voxbrick/format/shard_index.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

/// A stored object, opened: its index, and how its blocks are encoded (a WKW file may differ from its array).
struct ShardReader {
    std::shared_ptr<const Blob> blob;
    ShardIndex index;
    CodecChain chain;
};

/// What goes around the encoded blocks of a new shard.
struct ShardFrame {
    std::vector<std::byte> head;
    std::vector<std::byte> tail;
};

class VOXBRICK_API Format {
  public:
    virtual ~Format() = default;

    /// "wkw", "zarr3", "zarr" ...: what data_format says.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    /// The key of the object that makes a folder an array of this format.
    [[nodiscard]] virtual std::string_view metadata_key() const noexcept = 0;
    /// The keys of all objects that metadata may be stored in.
    [[nodiscard]] virtual std::vector<std::string_view> metadata_keys() const { return {metadata_key()}; }
    /// False for formats that voxbrick reads only (see read_only_format.hpp).
    [[nodiscard]] virtual bool writable() const noexcept { return true; }

    /// True if what lies under metadata_key(), so common a name that others use it too, is meant as this format's.
    [[nodiscard]] virtual bool claims(const Store& store) const;

    /// For formats that keep several arrays below one object: the format of the one that lies at `path` in the store.
    /// Null if there is none.
    [[nodiscard]] virtual std::shared_ptr<const Format> part(const Store& store, std::string_view path) const;

    /// Throws not_found, invalid_metadata or unsupported.
    [[nodiscard]] virtual ArrayMeta open(const Store& store) const = 0;
    /// What an array of `spec` would be: nothing is written. Throws invalid_argument or unsupported.
    [[nodiscard]] virtual ArrayMeta plan(const ArraySpec& spec) const = 0;
    /// Stores the metadata of an array (as planned, or opened and then resized), each of its objects as a
    /// whole, and returns when they would survive a power cut. False, and the array is as it was, if what lies under
    /// metadata_key() is not what is expected.
    [[nodiscard]] virtual bool store_metadata(Store& store, const ArrayMeta& meta, const Expected& expected) const = 0;
    /// `meta` with another shape. Throws unsupported where a format has no shape.
    [[nodiscard]] virtual ArrayMeta resized(const ArrayMeta& meta, const Index& shape) const = 0;

    [[nodiscard]] virtual std::string shard_key(const ArrayMeta& meta, const Index& shard) const = 0;
    /// The shard that lies under a key; nothing if it is not the key of one.
    [[nodiscard]] virtual std::optional<Index> shard_of_key(const ArrayMeta& meta, std::string_view key) const = 0;

    /// True if shards lie under a key.
    [[nodiscard]] virtual bool is_shard_key(const ArrayMeta& meta, std::string_view key) const;
    /// True if the object under a key is part of the array: of its shards, or metadata.
    [[nodiscard]] virtual bool owns(const ArrayMeta& meta, std::string_view key) const;

    /// The shards that are stored, in any order. Throws io where what is no object lies in the place of one, or of a
    /// folder of some: to read them is refused, too.
    [[nodiscard]] std::vector<Index> stored_shards(const Store& store, const ArrayMeta& meta) const;
    /// Those that lie in the object under such a key, which is listed.
    [[nodiscard]] virtual std::vector<Index> shards_under(const Store& store, const ArrayMeta& meta,
                                                          const std::string& key) const;

    /// A shard, which is to lie under `key`; null if it is not stored.
    [[nodiscard]] virtual std::shared_ptr<const ShardReader> find_shard(const Store& store, const ArrayMeta& meta,
                                                                        const Index& shard,
                                                                        const std::string& key) const;
    /// Reads the index of the stored object in which `shard` lies. Throws corrupt.
    [[nodiscard]] virtual ShardReader open_shard(const ArrayMeta& meta, const Index& shard,
                                                 std::shared_ptr<const Blob> blob) const = 0;

    /// Head and tail of a shard whose encoded blocks, `sizes` by block number (0: absent), follow each
    /// other in that order.
    [[nodiscard]] virtual ShardFrame frame(const ArrayMeta& meta, const std::vector<std::uint64_t>& sizes) const = 0;

    /// For formats whose blocks have fixed places: the head and the whole length of an empty shard;
    /// nothing for all others.
    struct EmptyShard {
        std::vector<std::byte> head;
        std::uint64_t length = 0;
    };
    [[nodiscard]] virtual std::optional<EmptyShard> empty_shard(const ArrayMeta& meta) const;
};

/// The format of that name. Throws invalid_argument, naming those there are.
[[nodiscard]] VOXBRICK_API const Format& format_named(std::string_view name);
/// All formats, in the order in which a folder is asked for them.
[[nodiscard]] VOXBRICK_API const std::vector<const Format*>& all_formats();
/// True if the object that makes a folder an array of this format is there. A folder of its name is another thing: an
/// array or a layer may be called "info".
[[nodiscard]] VOXBRICK_API bool has_metadata(const Store& store, const Format& format);
/// The format whose metadata lies in the store; null if there is none.
[[nodiscard]] VOXBRICK_API const Format* find_format(const Store& store);
/// The same; throws not_found, saying what was looked for.
[[nodiscard]] VOXBRICK_API const Format& detect_format(const Store& store);

}  // namespace voxbrick
