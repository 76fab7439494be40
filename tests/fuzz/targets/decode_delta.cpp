// Differences of numbers.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_delta) {
    static const auto chains =
        fuzz::each_alone({fuzz::codec_of(Dialect::zarr2, "delta", R"({"dtype": "<u2", "astype": "<u2"})"),
                          fuzz::codec_of(Dialect::zarr2, "delta", R"({"dtype": "<i8", "astype": "<i8"})"),
                          fuzz::codec_of(Dialect::zarr2, "delta", R"({"dtype": ">i4", "astype": ">i4"})")});
    fuzz::decode_any(chains, input);
}
