// Boxes in memory that an mdspan describes: std::mdspan of C++23, Kokkos' for C++20, or one with the same members.
// Needs neither of them.
//
//     std::mdspan volume(memory.data(), 64, 64, 64);
//     array.read(box, voxbrick::view_of(volume));
//     array.write(box, voxbrick::view_of(volume));
#pragma once

#include "voxbrick/geometry/typed_view.hpp"

namespace voxbrick {

/// An mdspan whose elements lie at regular steps from a pointer: any layout with strides, the default accessor.
template <class T>
concept StridedMdspan = requires(const T& span, std::size_t axis) {
    { span.data_handle() } -> std::same_as<typename T::element_type*>;
    { span.extent(axis) } -> std::convertible_to<std::int64_t>;
    { span.stride(axis) } -> std::convertible_to<std::int64_t>;
    { T::rank() } -> std::convertible_to<std::size_t>;
}
&&Element<std::remove_const_t<typename T::element_type>>;

/// The memory of an mdspan: to read into, or only to write from if its elements are const.
template <StridedMdspan T>
[[nodiscard]] auto view_of(const T& span) {
    static_assert(T::rank() <= max_rank, "arrays have at most max_rank axes");
    Index shape = Index::filled(T::rank(), 0);
    Index strides = shape;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        shape[axis] = static_cast<std::int64_t>(span.extent(axis));
        strides[axis] = static_cast<std::int64_t>(span.stride(axis)) * std::int64_t{sizeof(typename T::element_type)};
    }
    return strided_view(span.data_handle(), shape, strides);
}

}  // namespace voxbrick
