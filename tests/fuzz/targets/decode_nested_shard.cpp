// Shards of Zarr v3 as blocks of other shards, and behind compressors, where they are decoded as a whole.
#include "decode.hpp"
#include "voxbrick/format/format.hpp"

using namespace voxbrick;

namespace {

ArrayMeta planned(const std::string& outer_codecs) {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.metadata = R"({"zarr_format": 3, "node_type": "array", "shape": [8, 6], "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 6]}},
        "chunk_key_encoding": {"name": "default"}, "fill_value": 7, "attributes": {}, "codecs": )" +
                    outer_codecs + "}";
    return format_named("zarr3").plan(spec);
}

std::string sharding(const std::string& chunk_shape, const std::string& codecs, const std::string& index_codecs) {
    return R"({"name": "sharding_indexed", "configuration": {"chunk_shape": )" + chunk_shape + R"(, "codecs": )" +
           codecs + R"(, "index_codecs": )" + index_codecs + "}}";
}

}  // namespace

FUZZ_TARGET(decode_nested_shard) {
    const std::string bytes = R"([{"name": "bytes", "configuration": {"endian": "little"}}])";
    const std::string checked = R"([{"name": "bytes", "configuration": {"endian": "big"}}, {"name": "crc32c"}])";
    const std::string inner = sharding("[2, 2]", bytes, bytes);
    static const std::vector<ArrayMeta> arrays{
        planned("[" + sharding("[4, 2]", "[" + inner + "]", bytes) + "]"),
        planned("[" + inner + R"(, {"name": "crc32c"}])"),
        planned("[" + sharding("[2, 3]", checked, checked) + R"(, {"name": "zstd", "configuration": {"level": 1,
            "checksum": false}}])"),
    };
    const ArrayMeta& meta = arrays[fuzz::take_number(input, 1) % arrays.size()];
    fuzz::decode_guarded(meta.chain, input, meta.block_bytes());
}
