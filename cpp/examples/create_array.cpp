// Creates a WKW array and writes a box of voxels that count up.
//
// usage: create_array FOLDER
#include <cstdint>
#include <iostream>
#include <numeric>
#include <vector>
#include <voxbrick/voxbrick.hpp>

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: create_array FOLDER\n";
        return 2;
    }
    voxbrick::ArraySpec spec;
    spec.data_format = "wkw";
    spec.dtype = voxbrick::DType::uint16;
    spec.chunk_shape = {16, 16, 16};  // x, y, z
    spec.shard_shape = {32, 32, 32};
    voxbrick::Array array = voxbrick::Array::create(argv[1], spec);

    const voxbrick::Box box{{0, 10, 20, 30}, {1, 40, 30, 20}};  // c, x, y, z
    std::vector<std::uint16_t> voxels(40 * 30 * 20);            // x fastest, then y, then z
    std::iota(voxels.begin(), voxels.end(), std::uint16_t{1});
    array.write<std::uint16_t>(box, voxels);
    return 0;
} catch (const voxbrick::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
