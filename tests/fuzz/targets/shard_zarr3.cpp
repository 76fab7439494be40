// Shards of Zarr v3: the index at either end, with and without a checksum, transposed.
#include "shard.hpp"

using namespace voxbrick;

namespace {

ArrayMeta planned(const std::string& codecs, const std::string& index_codecs, const std::string& location) {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.metadata = R"({"zarr_format": 3, "node_type": "array", "shape": [8, 6], "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 6]}},
        "chunk_key_encoding": {"name": "default"}, "fill_value": 7, "attributes": {},
        "codecs": [{"name": "sharding_indexed", "configuration": {"chunk_shape": [2, 3], "codecs": )" +
                    codecs + R"(, "index_codecs": )" + index_codecs + R"(, "index_location": ")" + location + "\"}}]}";
    return format_named("zarr3").plan(spec);
}

}  // namespace

FUZZ_TARGET(shard_zarr3) {
    const std::string bytes = R"([{"name": "bytes", "configuration": {"endian": "little"}}])";
    const std::string checked = R"([{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}])";
    const std::string turned = R"([{"name": "transpose", "configuration": {"order": [2, 0, 1]}},
        {"name": "bytes", "configuration": {"endian": "big"}}])";
    static const std::vector<ArrayMeta> arrays{planned(bytes, bytes, "end"), planned(checked, checked, "start"),
                                               planned(bytes, turned, "end")};
    fuzz::open_any_shard(arrays, {0, 0}, input);
}
