// The arrays that most tests need: Zarr v3 of bytes, uncompressed unless a test says otherwise.
#pragma once

#include "voxbrick/array/array.hpp"

inline voxbrick::ArraySpec spec_of(const voxbrick::Index& shape, const voxbrick::Index& chunk,
                                   const voxbrick::Index& shard = {}) {
    voxbrick::ArraySpec spec;
    spec.data_format = "zarr3";
    spec.dtype = voxbrick::dtype_of<std::uint8_t>();
    spec.shape = shape;
    spec.chunk_shape = chunk;
    spec.shard_shape = shard;
    return spec;
}
