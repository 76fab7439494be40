// gzip members.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_gzip) {
    static const auto chains = fuzz::each_alone({fuzz::codec_of(Dialect::zarr3, "gzip", R"({"level": 1})")});
    fuzz::decode_any(chains, input);
}
