// Blocks of N5 behind their header, whole and cut off.
#include "shard.hpp"

using namespace voxbrick;

FUZZ_TARGET(shard_n5) {
    const auto array = [](const std::string& type, const std::string& compression) {
        return fuzz::array_of("n5", "attributes.json",
                              R"({"dimensions": [5, 4, 3], "blockSize": [3, 4, 2], "dataType": ")" + type +
                                  R"(", "compression": )" + compression + "}");
    };
    static const std::vector<ArrayMeta> arrays{array("uint8", R"({"type": "raw"})"),
                                               array("int32", R"({"type": "gzip"})"),
                                               array("float64", R"({"type": "lz4", "blockSize": 65536})")};
    fuzz::open_any_shard(arrays, {0, 0, 0}, input);
}
