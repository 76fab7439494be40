#include "voxbrick/geometry/box.hpp"

#include <ostream>

namespace voxbrick {

bool Box::empty() const noexcept {
    return std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent <= 0; });
}

bool Box::contains(const Box& other) const noexcept {
    for (std::size_t axis = 0; axis < rank(); ++axis)
        if (other.begin(axis) < begin(axis) || other.end(axis) > end(axis)) return false;
    return true;
}

Box intersect(const Box& a, const Box& b) noexcept {
    Box result = a;
    for (std::size_t axis = 0; axis < a.rank(); ++axis) {
        result.offset[axis] = std::max(a.begin(axis), b.begin(axis));
        const std::int64_t end = std::min(a.end(axis), b.end(axis));
        result.shape[axis] = std::max<std::int64_t>(0, end - result.offset[axis]);
    }
    return result;
}

Box relative_to(const Box& box, const Index& origin) noexcept {
    Box result = box;
    for (std::size_t axis = 0; axis < box.rank(); ++axis) result.offset[axis] -= origin[axis];
    return result;
}

std::ostream& operator<<(std::ostream& stream, const Box& box) {
    return stream << box.offset << " + " << box.shape;
}

}  // namespace voxbrick
