// numpy array <-> strided view, and new arrays for results.
#pragma once

#include <pybind11/numpy.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "voxbrick/base/dtype.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/typed_view.hpp"

namespace voxbrick {

/// A type of elements, as both sides know it.
struct ElementType {
    DType dtype;
    pybind11::dtype numpy;  // in native byte order

    explicit ElementType(DType type) : dtype(type), numpy(std::string(name_of(type))) {}
};

constexpr pybind11::ssize_t cache_line = 64;

/// Of an array of this shape, empty extents counted as one. Throws invalid_argument where no memory has that.
inline pybind11::ssize_t bytes_of(const Index& shape, pybind11::ssize_t unit) {
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() - cache_line;
    std::int64_t bytes = unit;
    for (const std::int64_t extent : shape) {
        if (extent < 0) fail(ErrorKind::invalid_argument, "shape ", shape, " has a negative extent");
        if (extent > most / bytes)
            fail(ErrorKind::invalid_argument, "shape ", shape, " is too large for any memory: work on smaller boxes");
        bytes *= std::max(extent, std::int64_t{1});
    }
    return bytes;
}

/// Uninitialised. Throws invalid_argument for an impossible shape, MemoryError where there is no memory.
inline pybind11::array new_array(const pybind11::dtype& type, const Index& shape, bool c_order) {
    const pybind11::ssize_t unit = type.itemsize();
    const pybind11::ssize_t bytes = bytes_of(shape, unit);
    const Index strides = c_order ? c_order_strides(shape, unit) : f_order_strides(shape, unit);
    const std::vector<pybind11::ssize_t> extents(shape.begin(), shape.end());
    const std::vector<pybind11::ssize_t> steps(strides.begin(), strides.end());
    // What numpy allocates begins a little after a cache line, so rows of blocks share lines with their neighbours,
    // which pushes each line through memory twice. Small results are in the cache anyway.
    constexpr pybind11::ssize_t large = 1 << 20;
    const bool is_empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
    if (is_empty || bytes < large) return {type, extents, steps};
    pybind11::array_t<std::uint8_t> memory(bytes + cache_line - 1);
    void* first = memory.mutable_data();
    auto room = static_cast<std::size_t>(memory.nbytes());
    return {type, extents, steps, std::align(cache_line, static_cast<std::size_t>(bytes), first, room), memory};
}

inline Index to_index(const pybind11::ssize_t* numbers, pybind11::ssize_t count) {
    const auto rank = static_cast<std::size_t>(count);
    if (rank > max_rank) fail(ErrorKind::invalid_argument, "arrays have at most ", max_rank, " axes, not ", rank);
    Index index = Index::filled(rank, 0);
    std::copy_n(numbers, rank, &index[0]);
    return index;
}

inline Index shape_of(const pybind11::array& array) {
    return to_index(array.shape(), array.ndim());
}

inline Index strides_of(const pybind11::array& array) {
    return to_index(array.strides(), array.ndim());
}

/// Throws invalid_argument unless the elements are of `type`, in native byte order.
inline void check_elements(const pybind11::array& array, const ElementType& type) {
    if (!array.dtype().equal(type.numpy)) {
        fail(ErrorKind::invalid_argument, "elements of type ", std::string(pybind11::str(array.dtype())),
             " given where the array holds ", name_of(type.dtype));
    }
}

inline ConstTypedView view_of(const pybind11::array& array, const ElementType& type) {
    check_elements(array, type);
    return {{static_cast<const std::byte*>(array.data()), shape_of(array), strides_of(array)}, type.dtype};
}

inline TypedView writeable_view_of(pybind11::array& array, const ElementType& type) {
    check_elements(array, type);
    if (!array.writeable()) fail(ErrorKind::read_only, "the array given as out is read-only");
    return {{static_cast<std::byte*>(array.mutable_data()), shape_of(array), strides_of(array)}, type.dtype};
}

}  // namespace voxbrick
