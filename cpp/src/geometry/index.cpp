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

namespace {

// The stride of the axis after one of `extent` and `stride`.
std::int64_t next_stride(const Index& shape, std::int64_t extent, std::int64_t stride) {
    if (extent < 0 || (extent > 0 && stride > std::numeric_limits<std::int64_t>::max() / extent))
        fail(ErrorKind::invalid_argument, "a shape of ", shape, " has no strides");
    return stride * extent;
}

}  // namespace

Index c_order_strides(const Index& shape, std::int64_t unit) {
    Index strides = Index::filled(shape.rank(), unit);
    for (std::size_t axis = shape.rank(); axis-- > 1;)
        strides[axis - 1] = next_stride(shape, shape[axis], strides[axis]);
    return strides;
}

Index f_order_strides(const Index& shape, std::int64_t unit) {
    Index strides = Index::filled(shape.rank(), unit);
    for (std::size_t axis = 1; axis < shape.rank(); ++axis)
        strides[axis] = next_stride(shape, shape[axis - 1], strides[axis - 1]);
    return strides;
}

}  // namespace voxbrick
