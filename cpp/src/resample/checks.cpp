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

void check_cells(const Index& shape, const Box& cells) {
    if (shape != cells.shape)
        fail(ErrorKind::invalid_argument, "an array of shape ", shape, " cannot hold the cells ", cells);
}

}  // namespace voxbrick
