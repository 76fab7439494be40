// Replication: for each place that a voxel can have in its cell, all voxels that have it are written by one copy.
#include <algorithm>

#include "resample/checks.hpp"
#include "resample/tiles.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/resample/resample.hpp"

namespace voxbrick {
namespace {

// The voxels of a box that have the same place in their cells, and those cells. `first` is the first such voxel,
// counted from the box.
struct Replica {
    Index first;
    Box cells;

    Replica(const Box& box, const Index& factors, const Index& voxel) : first(voxel), cells{voxel, voxel} {
        for (std::size_t axis = 0; axis < voxel.rank(); ++axis) {
            cells.offset[axis] = floor_div(box.offset[axis] + voxel[axis], factors[axis]);
            cells.shape[axis] = (box.shape[axis] - 1 - voxel[axis]) / factors[axis] + 1;
        }
    }
};

// Steps over whole cells.
StridedView every(const StridedView& out, const Replica& replica, const Index& factors) {
    StridedView view = subview(out, {replica.first, replica.cells.shape});
    for (std::size_t axis = 0; axis < factors.rank(); ++axis) view.strides[axis] *= factors[axis];
    return view;
}

// The first voxel of the box for each place in a cell.
Box first_voxels(const Box& box, const Index& factors) {
    Box first{Index::filled(box.rank(), 0), factors};
    for (std::size_t axis = 0; axis < box.rank(); ++axis) first.shape[axis] = std::min(factors[axis], box.shape[axis]);
    return first;
}

struct Upsampling {
    ConstStridedView in;
    StridedView out;
    Box cells;
    Box box;
    std::size_t element_size;

    void fill(const Box& part, const Index& factors) const {
        const StridedView voxels = subview(out, relative_to(part, box.offset));
        const Box first = first_voxels(part, factors);
        for (std::int64_t i = product(first.shape); i-- > 0;) {
            const Replica copied(part, factors, nth_index(first, i));
            copy_box(subview(in, relative_to(copied.cells, cells.offset)), every(voxels, copied, factors),
                     element_size);
        }
    }
};

}  // namespace

void upsample(const ConstTypedView& in, const TypedView& out, const Index& offset, const Index& factors) {
    const Box box{offset, out.shape};
    const Box cells = downsampled(box, factors);
    check_cells(in, cells, out.dtype);
    check_steps(out);
    if (box.empty()) return;
    const Upsampling upsampling{in, out, cells, box, size_of(in.dtype)};
    for_each_tile(box, factors, out.strides, [&](const Box& part) { upsampling.fill(part, factors); });
}

}  // namespace voxbrick
