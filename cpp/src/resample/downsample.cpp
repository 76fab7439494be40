// A pyramid in one pass: a tile that is a whole number of the coarsest cells goes through all steps while it is in the
// cache, and needs no other tile.
#include <algorithm>

#include "resample/checks.hpp"
#include "resample/reduce.hpp"
#include "resample/tiles.hpp"
#include "voxbrick/resample/resample.hpp"

namespace voxbrick {
namespace {

constexpr std::int64_t largest_cell = std::int64_t{1} << 31;  // up to here sums of voxels do not overflow

Kernel kernel_of(Sampling sampling, DType dtype) {
    switch (sampling) {
        case Sampling::median:
            return median_kernel(dtype);
        case Sampling::mode:
            return mode_kernel(dtype);
        case Sampling::nearest:
            return nearest_kernel(dtype);
        case Sampling::mean:
            return mean_kernel(dtype);
        case Sampling::max:
            return max_kernel(dtype);
        case Sampling::min:
            return min_kernel(dtype);
    }
    fail(ErrorKind::invalid_argument, "there is no such kind of sampling");
}

void check_cell_size(const Box& box, const Index& factors) {
    Index cell = factors;
    for (std::size_t axis = 0; axis < cell.rank(); ++axis) cell[axis] = std::min(cell[axis], box.shape[axis]);
    if (product(cell) > largest_cell)
        fail(ErrorKind::invalid_argument, "cells of ", cell, " voxels are too large; downsample in steps");
}

// The factors of all steps together.
Index multiplied(Index factors, const Index& others) {
    for (std::size_t axis = 0; axis < factors.rank(); ++axis) {
        if (others[axis] > largest_coordinate / factors[axis])
            fail(ErrorKind::invalid_argument, "factors ", factors, " and then ", others, " are too large");
        factors[axis] *= others[axis];
    }
    return factors;
}

struct Pyramid {
    ConstTypedView in;
    Box box;
    std::span<const DownsamplingStep> steps;
    Kernel kernel;

    /// Checks everything; returns the coarsest cell, in voxels of the input.
    [[nodiscard]] Index coarsest_cell() const {
        check_steps(in);
        Index cell = Index::filled(box.rank(), 1);
        Box level = box;
        for (const DownsamplingStep& step : steps) {
            const Box cells = downsampled(level, step.factors);
            check_cell_size(level, step.factors);
            check_cells(step.out, cells, in.dtype);
            cell = multiplied(cell, step.factors);
            level = cells;
        }
        return cell;
    }

    void reduce_tile(const Box& tile) const {
        ConstStridedView voxels = subview(in, relative_to(tile, box.offset));
        Box part = tile;
        Box level = box;
        for (const DownsamplingStep& step : steps) {
            level = downsampled(level, step.factors);
            const Box cells = downsampled(part, step.factors);
            const StridedView out = subview(step.out, relative_to(cells, level.offset));
            reduce(voxels, part.offset, out, step.factors, size_of(in.dtype), kernel);
            voxels = out;
            part = cells;
        }
    }
};

}  // namespace

Box downsampled(const Box& box, const Index& factors) {
    check_factors(box, factors);
    return Grid{factors}.cells_touching(box);
}

void downsample(const ConstTypedView& in, const Index& offset, Sampling sampling,
                std::span<const DownsamplingStep> steps) {
    const Pyramid pyramid{in, {offset, in.shape}, steps, kernel_of(sampling, in.dtype)};
    const Index cell = pyramid.coarsest_cell();
    if (pyramid.box.empty()) return;
    for_each_tile(pyramid.box, cell, in.strides, [&](const Box& tile) { pyramid.reduce_tile(tile); });
}

}  // namespace voxbrick
