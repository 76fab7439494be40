// Differences of numbers.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_delta) {
    static const auto chains =
        fuzz::each_alone({fuzz::codec_of(Dialect::zarr2, "delta", R"({"dtype": "<u2", "astype": "|u1"})"),
                          fuzz::codec_of(Dialect::zarr2, "delta", R"({"dtype": "<i8"})"),
                          fuzz::codec_of(Dialect::zarr2, "delta", R"({"dtype": "<f4"})")});
    fuzz::decode_any(chains, input);
}
