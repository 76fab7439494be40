// Bytes shuffled by their place in an element.
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_shuffle) {
    static const auto chains = fuzz::each_alone({fuzz::codec_of(Dialect::zarr2, "shuffle", R"({"elementsize": 2})"),
                                                 fuzz::codec_of(Dialect::zarr2, "shuffle", R"({"elementsize": 7})")});
    fuzz::decode_any(chains, input);
}
