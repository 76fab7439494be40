// voxbrick: block I/O for voxel volumes.
//
//     #include <voxbrick/voxbrick.hpp>
//
//     int main() {
//         voxbrick::Array array = voxbrick::Array::open("color/1", voxbrick::OpenMode::read_write);
//         voxbrick::Box box{{0, 100, 100, 100}, {1, 64, 64, 64}};                     // c, x, y, z
//         std::vector<std::uint8_t> voxels = array.read<std::uint8_t>(box);           // x fastest, then y, then z
//         for (std::uint8_t& voxel : voxels) voxel = 255 - voxel;
//         array.write<std::uint8_t>(box, voxels);
//     }
#pragma once

#include "voxbrick/array/array.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"
#include "voxbrick/geometry/typed_view.hpp"
