// One box of voxels, one step: rows of voxels are handed to a kernel.
#pragma once

#include "resample/kernel.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// Fills `out` with the cells of `in`, whose first voxel lies at `offset`. Any strides; on the calling thread.
void reduce(const ConstStridedView& in, const Index& offset, const StridedView& out, const Index& factors,
            std::size_t element_size, Kernel kernel);

}  // namespace voxbrick
