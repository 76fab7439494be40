// Fewer voxels, or more: arrays in memory at other resolutions.
//
// Cells are `factors` large and begin at multiples of them, counted from the origin and not from the box: the parts of
// a volume can be resampled one by one, in any order, and give what the whole would give.
#pragma once

#include <span>

#include "voxbrick/base/export.hpp"
#include "voxbrick/geometry/typed_view.hpp"
#include "voxbrick/resample/sampling.hpp"

namespace voxbrick {

/// The cells that a box of voxels touches. Throws invalid_argument for factors that are not positive or too few.
[[nodiscard]] VOXBRICK_API Box downsampled(const Box& box, const Index& factors);

/// One step of a pyramid: the voxels of the step before, or of the input, become cells.
struct DownsamplingStep {
    Index factors;
    TypedView out;
};

/// Fills the outputs of all steps in one pass over `in`, whose first voxel lies at `offset`. A voxel of an output is
/// made of those voxels of its cell that lie inside the box; its shape is that of `downsampled`.
/// Works in parallel. Throws invalid_argument for shapes, types or factors that do not fit, unsupported for bool and
/// float16; the outputs are undefined then.
VOXBRICK_API void downsample(const ConstTypedView& in, const Index& offset, Sampling sampling,
                             std::span<const DownsamplingStep> steps);

/// Fills `out`, whose first voxel lies at `offset`, with copies of the voxels of `in`: the cells that `out` touches.
/// Works in parallel. Throws invalid_argument for shapes, types or factors that do not fit.
VOXBRICK_API void upsample(const ConstTypedView& in, const TypedView& out, const Index& offset, const Index& factors);

}  // namespace voxbrick
