#include "voxbrick/geometry/index.hpp"

#include <limits>
#include <ostream>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

Index::Index(std::initializer_list<std::int64_t> coordinates)
    : Index(std::span(coordinates.begin(), coordinates.size())) {}

Index::Index(std::span<const std::int64_t> coordinates) : Index(filled(coordinates.size(), 0)) {
    std::copy(coordinates.begin(), coordinates.end(), values_.begin());
}

Index Index::filled(std::size_t rank, std::int64_t value) {
    if (rank > max_rank) fail(ErrorKind::invalid_argument, "arrays have at most ", max_rank, " axes, not ", rank);
    Index index;
    index.rank_ = rank;
    std::fill_n(index.values_.begin(), rank, value);
    return index;
}

std::ostream& operator<<(std::ostream& stream, const Index& index) {
    stream << '(';
    const char* separator = "";
    for (const std::int64_t value : index) {
        stream << separator << value;
        separator = ", ";
    }
    return stream << ')';
}

std::int64_t product(const Index& shape) {
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    std::int64_t result = 1;
    for (const std::int64_t extent : shape) {
        const bool small = ((result | extent) >> 31) == 0;  // spares a division
        if (!small && (extent < 0 || result > std::numeric_limits<std::int64_t>::max() / extent))
            fail(ErrorKind::invalid_argument, "a shape of ", shape, " has no countable number of voxels");
        result *= extent;
    }
    return result;
}

Index c_order_strides(const Index& shape, std::int64_t unit) {
    Index strides = shape;
    for (std::size_t axis = shape.rank(); axis-- > 0;) {
        strides[axis] = unit;
        unit *= shape[axis];
    }
    return strides;
}

Index f_order_strides(const Index& shape, std::int64_t unit) {
    Index strides = shape;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        strides[axis] = unit;
        unit *= shape[axis];
    }
    return strides;
}

}  // namespace voxbrick
