// LZMA in xz, alone and raw.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_lzma) {
    static const auto chains = fuzz::each_alone(
        {fuzz::codec_of(Dialect::zarr2, "lzma"), fuzz::codec_of(Dialect::zarr2, "lzma", R"({"format": 2})"),
         fuzz::codec_of(Dialect::zarr2, "lzma",
                        R"({"format": 3, "filters": [{"id": 3, "dist": 2}, {"id": 33, "preset": 1}]})")});
    fuzz::decode_any(chains, input);
}
