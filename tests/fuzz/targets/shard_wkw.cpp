// WKW files: header, jump table and blocks, raw and compressed.
#include "shard.hpp"

using namespace voxbrick;

namespace {

ArrayMeta planned(DType dtype, std::int64_t side, std::int64_t blocks, bool compress) {
    ArraySpec spec;
    spec.dtype = dtype;
    spec.chunk_shape = {side, side, side};
    spec.shard_shape = {side * blocks, side * blocks, side * blocks};
    spec.compress = compress;
    return format_named("wkw").plan(spec);
}

}  // namespace

FUZZ_TARGET(shard_wkw) {
    static const std::vector<ArrayMeta> arrays{planned(DType::uint8, 2, 2, true), planned(DType::uint16, 4, 1, true),
                                               planned(DType::uint8, 2, 2, false)};
    fuzz::open_any_shard(arrays, {0, 0, 0, 0}, input);
}
