// LZ4 blocks in the stream of a Java library, as N5 has them.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_lz4_stream) {
    static const auto chains = fuzz::each_alone({fuzz::codec_of(Dialect::n5, "lz4")});
    fuzz::decode_any(chains, input);
}
