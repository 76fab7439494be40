// voxbrick: block I/O for voxel volumes.
//
//     #include <voxbrick/voxbrick.hpp>
//
//     int main() {
//         voxbrick::Array array = voxbrick::Array::open("color/1");
//         voxbrick::Box box{{0, 100, 100, 100}, {1, 64, 64, 64}};   // c, x, y, z
//         std::vector<std::uint8_t> voxels(64 * 64 * 64);
//         array.read(box, voxbrick::f_order_view(voxels.data(), box.shape));
//         return voxels[0];
//     }
#pragma once

#include "voxbrick/array/array.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {

/// A dense array in memory whose first axis varies fastest.
template <class T>
[[nodiscard]] StridedView f_order_view(T* data, const Index& shape) {
    return {reinterpret_cast<std::byte*>(data), shape, f_order_strides(shape, sizeof(T))};
}

/// A dense array in memory whose last axis varies fastest.
template <class T>
[[nodiscard]] StridedView c_order_view(T* data, const Index& shape) {
    return {reinterpret_cast<std::byte*>(data), shape, c_order_strides(shape, sizeof(T))};
}

}  // namespace voxbrick
