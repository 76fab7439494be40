// zlib streams.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_zlib) {
    static const auto chains = fuzz::each_alone(
        {fuzz::codec_of(Dialect::zarr2, "zlib"), fuzz::codec_of(Dialect::n5, "gzip", R"({"useZlib": true})")});
    fuzz::decode_any(chains, input);
}
