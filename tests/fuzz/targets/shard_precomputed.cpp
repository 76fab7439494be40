// Chunks of precomputed volumes in shard files, and chunks at the volume's end.
#include "shard.hpp"

using namespace voxbrick;

namespace {

ArrayMeta volume(const std::string& type, const std::string& encoding, const std::string& sharding) {
    return fuzz::array_of("neuroglancerPrecomputed", "info",
                          R"({"data_type": ")" + type +
                              R"(", "num_channels": 1, "type": "image", "scales": [{"key": "s",
        "size": [5, 4, 3], "resolution": [1, 1, 1], "chunk_sizes": [[2, 2, 2]], "voxel_offset": [0, 0, 0],
        "encoding": )" + encoding +
                              sharding + "}]}");
}

std::string sharded(const std::string& hash, const std::string& encoding) {
    return R"(, "sharding": {"@type": "neuroglancer_uint64_sharded_v1", "hash": ")" + hash +
           R"(", "preshift_bits": 1, "minishard_bits": 1, "shard_bits": 1, "minishard_index_encoding": ")" + encoding +
           R"(", "data_encoding": ")" + encoding + "\"}";
}

// Whatever lists the chunks of a shard and whatever looks for one of them.
void list(const ArrayMeta& meta, ByteView bytes) {
    const auto store = make_memory_store();
    replace_bytes(*store, "s/0.shard", false, bytes);
    const Format& format = format_named(meta.data_format);
    fuzz::accepts({ErrorKind::corrupt}, [&] {
        for (const Index& shard : format.stored_shards(*store, meta))
            fuzz::require(format.is_shard_key(meta, format.shard_key(meta, shard)), "a chunk has no place");
    });
}

}  // namespace

FUZZ_TARGET(shard_precomputed) {
    const std::string raw = "\"raw\"";
    static const std::vector<ArrayMeta> arrays{
        volume("uint8", raw, sharded("identity", "raw")),
        volume("uint16", raw, sharded("murmurhash3_x86_128", "gzip")),
        volume("uint64", R"("compressed_segmentation", "compressed_segmentation_block_size": [2, 2, 2])",
               sharded("identity", "raw")),
        volume("uint8", raw, ""),
    };
    const std::size_t choice = fuzz::take_number(input, 1);
    const ArrayMeta& meta = arrays[choice % arrays.size()];
    fuzz::open_shard(meta, {0, 0, 0, 0}, input);
    fuzz::open_shard(meta, {0, 2, 1, 1}, input);
    if (choice % arrays.size() != 3) list(meta, input);
}
