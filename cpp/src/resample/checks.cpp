#include "resample/checks.hpp"

#include <cstdlib>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

void check_factors(const Box& box, const Index& factors) {
    if (factors.rank() != box.shape.rank() || box.offset.rank() != box.shape.rank())
        fail(ErrorKind::invalid_argument, "an array of shape ", box.shape, " needs as many factors and offsets, not ",
             factors, " and ", box.offset);
    for (std::size_t axis = 0; axis < factors.rank(); ++axis) {
        if (factors[axis] < 1 || factors[axis] > largest_coordinate)
            fail(ErrorKind::invalid_argument, "factors are positive whole numbers, not ", factors);
        if (std::abs(box.offset[axis]) > largest_coordinate || box.shape[axis] > largest_coordinate)
            fail(ErrorKind::invalid_argument, box, " leaves the range of coordinates");
    }
}

void check_steps(const ConstTypedView& view) {
    if (view.strides.rank() != view.shape.rank())
        fail(ErrorKind::invalid_argument, "an array of shape ", view.shape, " needs as many strides, not ",
             view.strides);
}

void check_cells(const ConstTypedView& view, const Box& cells, DType dtype) {
    check_steps(view);
    if (view.shape != cells.shape)
        fail(ErrorKind::invalid_argument, "an array of shape ", view.shape, " cannot hold the cells ", cells);
    if (view.dtype != dtype)
        fail(ErrorKind::invalid_argument, "voxels of ", name_of(dtype), " and ", name_of(view.dtype),
             " are not of one type: resampling keeps the type");
}

}  // namespace voxbrick
