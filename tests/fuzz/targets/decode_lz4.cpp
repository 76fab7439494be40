// LZ4 blocks as numcodecs has them, behind their size, and as WKW has them, without.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_lz4) {
    static const auto chains =
        fuzz::each_alone({fuzz::codec_of(Dialect::zarr2, "lz4"), fuzz::codec_of(Dialect::wkw, "lz4")});
    fuzz::decode_any(chains, input);
}
