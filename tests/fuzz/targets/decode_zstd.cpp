// Zstandard frames.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_zstd) {
    static const auto chains =
        fuzz::each_alone({fuzz::codec_of(Dialect::zarr3, "zstd", R"({"level": 1, "checksum": false})")});
    fuzz::decode_any(chains, input);
}
