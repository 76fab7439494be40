#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {

Index Grid::cell_of(const Index& position) const noexcept {
    Index index = position;
    for (std::size_t axis = 0; axis < cell.rank(); ++axis) index[axis] = floor_div(position[axis], cell[axis]);
    return index;
}

Box Grid::box_of(const Index& index) const noexcept {
    Box box{index, cell};
    for (std::size_t axis = 0; axis < cell.rank(); ++axis) box.offset[axis] *= cell[axis];
    return box;
}

Box Grid::cells_touching(const Box& box) const noexcept {
    Box cells = box;
    for (std::size_t axis = 0; axis < cell.rank(); ++axis) {
        cells.offset[axis] = floor_div(box.begin(axis), cell[axis]);
        const bool empty = box.shape[axis] <= 0;
        cells.shape[axis] = empty ? 0 : floor_div(box.end(axis) - 1, cell[axis]) + 1 - cells.offset[axis];
    }
    return cells;
}

Index nth_index(const Box& indices, std::int64_t ordinal) noexcept {
    Index index = indices.offset;
    for (std::size_t axis = indices.rank(); axis-- > 0;) {
        index[axis] += ordinal % indices.shape[axis];
        ordinal /= indices.shape[axis];
    }
    return index;
}

}  // namespace voxbrick
