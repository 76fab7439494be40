// Neuroglancer's precomputed volumes: chunks of several scales below one `info`. Read only.
//
// Specification: https://github.com/google/neuroglancer/tree/master/src/datasource/precomputed
//
// A folder with `info` opens as its first scale, the full resolution; the folder of a scale below it, as that scale.
// A chunk is an object KEY/0-64_0-64_0-64 (its voxels, counted from the volume's own origin), cut at the volume's
// end, or lies with others in KEY/0a3.shard. Either is a shard of one block. Programs that keep volumes as if behind
// an HTTP server compress objects and add ".gz" or another ending to their names.
#include <algorithm>

#include "codec/registry.hpp"
#include "exec/process.hpp"
#include "format/document.hpp"
#include "format/formats.hpp"
#include "format/precomputed/info.hpp"
#include "format/read_only_format.hpp"
#include "format/shard_keys.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view info_key = "info";

std::optional<std::int64_t> take_coordinate(std::string_view& text) {
    const bool negative = take(text, "-");
    const auto number = take_number(text);
    return number && negative ? -*number : number;
}

// "KEY/0-64_0-64_0-64", of the chunk's voxels.
std::string chunk_key(const ArrayMeta& meta, const Index& chunk) {
    const auto& details = precomputed_details(meta);
    const Index stored = PrecomputedDetails::stored_shape(meta, chunk);
    std::string key = details.key;
    for (std::size_t axis = 1; axis < chunk.rank(); ++axis) {
        const std::int64_t begin = details.voxel_offset[axis - 1] + chunk[axis] * meta.block_shape[axis];
        key += concat(axis == 1 ? "/" : "_", begin, "-", begin + stored[axis]);
    }
    return key;
}

std::optional<Index> chunk_of_key(const ArrayMeta& meta, std::string_view key) {
    const auto& details = precomputed_details(meta);
    Index chunk = Index::filled(meta.shape.rank(), 0);
    std::string_view rest = key;
    if (!take(rest, details.key)) return std::nullopt;
    for (std::size_t axis = 1; axis < chunk.rank(); ++axis) {
        if (!take(rest, axis == 1 ? "/" : "_")) return std::nullopt;
        const auto begin = take_coordinate(rest);
        if (!begin || !take(rest, "-") || !take_coordinate(rest)) return std::nullopt;
        const std::int64_t from_start = *begin - details.voxel_offset[axis - 1];
        if (from_start < 0 || from_start >= meta.shape[axis]) return std::nullopt;
        chunk[axis] = from_start / meta.block_shape[axis];
    }
    return chunk_key(meta, chunk) == key ? std::optional(chunk) : std::nullopt;
}

Index without_channels(const Index& chunk) {
    return {chunk[1], chunk[2], chunk[3]};
}

// The document, if there is one that can be ours: others have files of this name too, of any length.
std::optional<std::string> find_info(const Store& store) {
    try {
        return find_document(store, info_key);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_metadata) throw;
        return std::nullopt;
    }
}

std::string_view without_ending(std::string_view key) {
    for (const FileEnding& ending : file_endings())
        if (key.ends_with(ending.ending)) return key.substr(0, key.size() - ending.ending.size());
    return key;
}

ShardReader with_codec(ShardReader reader, const FileEnding& ending) {
    if (!ending.codec)
        fail(ErrorKind::unsupported, "its compression, which the ending ", ending.ending, " of the name ",
             "stands for, is not supported: decompress the file");
    std::vector<CodecPtr> codecs = reader.chain.codecs();
    codecs.push_back(ending.codec);
    reader.chain = CodecChain(std::move(codecs));
    return reader;
}

class PrecomputedFormat final : public ReadOnlyFormat {
  public:
    explicit PrecomputedFormat(std::optional<std::string> scale = std::nullopt) : scale_(std::move(scale)) {}

    std::string_view name() const noexcept override { return "neuroglancerPrecomputed"; }
    std::string_view metadata_key() const noexcept override { return info_key; }

    std::shared_ptr<const Format> part(const Store& store, std::string_view path) const override {
        const auto info = find_info(store);
        if (!info || !has_scale(*info, path)) return nullptr;
        return std::make_shared<PrecomputedFormat>(std::string(path));
    }

    ArrayMeta open(const Store& store) const override {
        const std::string info = read_document(store, info_key);
        return parsed_at(info_key, [&] { return parse_precomputed(info, scale_); });
    }

    bool claims(const Store& store) const override {
        const auto info = find_info(store);
        return info && describes_volume(*info);
    }

    std::string shard_key(const ArrayMeta& meta, const Index& shard) const override {
        const auto& details = precomputed_details(meta);
        if (!details.sharding) return chunk_key(meta, shard);
        return details.key + "/" + details.sharding->shard_name(without_channels(shard));
    }

    std::optional<Index> shard_of_key(const ArrayMeta& meta, std::string_view key) const override {
        return chunk_of_key(meta, without_ending(key));
    }

    bool is_shard_key(const ArrayMeta& meta, std::string_view key) const override {
        const auto& details = precomputed_details(meta);
        if (!details.sharding) return ReadOnlyFormat::is_shard_key(meta, key);
        return take(key, details.key) && take(key, "/") && details.sharding->is_shard_name(without_ending(key));
    }

    // None for an object that went since it was listed.
    std::vector<Index> shards_under(const Store& store, const ArrayMeta& meta, const std::string& key) const override {
        if (!precomputed_details(meta).sharding) return ReadOnlyFormat::shards_under(store, meta, key);
        auto blob = store.open(without_ending(key));  // the one that is read if both are there
        if (!blob) blob = store.open(key);
        return blob ? chunks_in(meta, *blob) : std::vector<Index>();
    }

    std::shared_ptr<const ShardReader> find_shard(const Store& store, const ArrayMeta& meta, const Index& shard,
                                                  const std::string& key) const override {
        if (auto reader = ReadOnlyFormat::find_shard(store, meta, shard, key)) return reader;
        for (const FileEnding& ending : file_endings())
            if (auto blob = store.open(concat(key, ending.ending)))
                return std::make_shared<const ShardReader>(
                    with_codec(open_shard(meta, shard, std::move(blob)), ending));
        return nullptr;
    }

    ShardReader open_shard(const ArrayMeta& meta, const Index& shard, std::shared_ptr<const Blob> blob) const override {
        const auto& details = precomputed_details(meta);
        const std::uint64_t size = blob->size();
        ShardIndex index = ShardIndex::whole(size);
        if (details.sharding) index = ShardIndex::part(size, details.sharding->find(*blob, without_channels(shard)));
        return {std::move(blob), std::move(index),
                details.chain_for(meta, PrecomputedDetails::stored_shape(meta, shard))};
    }

  private:
    static std::vector<Index> chunks_in(const ArrayMeta& meta, const Blob& blob) {
        std::vector<Index> shards;
        for (const Index& chunk : precomputed_details(meta).sharding->chunks_of(blob)) {
            const Index shard{0, chunk[0], chunk[1], chunk[2]};
            if (!intersect(Grid{meta.shard_shape}.box_of(shard), meta.bounds()).empty()) shards.push_back(shard);
        }
        return shards;
    }

    std::optional<std::string> scale_;  // the first one if there is none
};

}  // namespace

const Format& precomputed_format() {
    static constinit Immortal<const PrecomputedFormat> format;
    return format.get();
}

}  // namespace voxbrick
