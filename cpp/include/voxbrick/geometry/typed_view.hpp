// Voxels of a known type in memory, dense or with any strides.
#pragma once

#include <type_traits>

#include "voxbrick/base/dtype.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// How a box lies in dense memory.
enum class Order {
    F,  // the first axis varies fastest
    C,  // the last axis varies fastest
};

/// Memory to read into, as its owner describes it: nothing here tells how much of it there is. `data` is the element
/// at index 0; strides are in bytes and may be negative.
struct TypedView : StridedView {
    DType dtype;

    TypedView(const StridedView& view, DType type) : StridedView(view), dtype(type) {}
};

/// Memory to write from. Strides may be zero, too: a value that stands for a whole row.
struct ConstTypedView : ConstStridedView {
    DType dtype;

    ConstTypedView(const ConstStridedView& view, DType type) : ConstStridedView(view), dtype(type) {}
    ConstTypedView(const TypedView& view) : ConstStridedView(view), dtype(view.dtype) {}
};

/// Elements of `shape` that begin at `first`, with strides in bytes: a ConstTypedView if T is const.
template <class T>
requires Element<std::remove_const_t<T>>
[[nodiscard]] auto strided_view(T* first, const Index& shape, const Index& strides) {
    constexpr DType dtype = dtype_of<std::remove_const_t<T>>();
    if constexpr (std::is_const_v<T>)
        return ConstTypedView({reinterpret_cast<const std::byte*>(first), shape, strides}, dtype);
    else
        return TypedView({reinterpret_cast<std::byte*>(first), shape, strides}, dtype);
}

/// Dense memory whose first axis varies fastest.
template <class T>
[[nodiscard]] auto f_order_view(T* first, const Index& shape) {
    return strided_view(first, shape, f_order_strides(shape, sizeof(T)));
}

/// Dense memory whose last axis varies fastest.
template <class T>
[[nodiscard]] auto c_order_view(T* first, const Index& shape) {
    return strided_view(first, shape, c_order_strides(shape, sizeof(T)));
}

/// The elements of `box`, whose coordinates count from the view's first element.
[[nodiscard]] inline TypedView subview(const TypedView& view, const Box& box) noexcept {
    return {subview(static_cast<const StridedView&>(view), box), view.dtype};
}
[[nodiscard]] inline ConstTypedView subview(const ConstTypedView& view, const Box& box) noexcept {
    return {subview(static_cast<const ConstStridedView&>(view), box), view.dtype};
}

}  // namespace voxbrick
