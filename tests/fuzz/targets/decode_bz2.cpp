// bzip2 streams.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_bz2) {
    static const auto chains = fuzz::each_alone({fuzz::codec_of(Dialect::zarr2, "bz2")});
    fuzz::decode_any(chains, input);
}
