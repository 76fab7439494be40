// Bytes behind which their checksum stands.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_crc32c) {
    static const auto chains = fuzz::each_alone({fuzz::codec_of(Dialect::zarr3, "crc32c")});
    fuzz::decode_any(chains, input);
}
