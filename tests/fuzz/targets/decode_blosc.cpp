// Blosc frames, which say themselves how they are to be decoded.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_blosc) {
    static const auto chains = fuzz::each_alone({fuzz::codec_of(Dialect::zarr2, "blosc")});
    fuzz::decode_any(chains, input);
}
