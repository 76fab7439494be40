// Reads a box of a uint16 array and prints the sum of its voxels.
//
// usage: read_box FOLDER OFFSET... SHAPE...    one number for each axis of the array
#include <cstdint>
#include <iostream>
#include <numeric>
#include <span>
#include <string>
#include <vector>
#include <voxbrick/voxbrick.hpp>

namespace {

voxbrick::Index parse_index(std::span<char*> texts) {
    voxbrick::Index index = voxbrick::Index::filled(texts.size(), 0);
    for (std::size_t axis = 0; axis < texts.size(); ++axis) index[axis] = std::stoll(texts[axis]);
    return index;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4 || argc % 2 != 0) {
        std::cerr << "usage: read_box FOLDER OFFSET... SHAPE...\n";
        return 2;
    }
    const std::span numbers(argv + 2, argv + argc);
    const std::size_t rank = numbers.size() / 2;
    const voxbrick::Box box{parse_index(numbers.first(rank)), parse_index(numbers.last(rank))};

    const voxbrick::Array array = voxbrick::Array::open(argv[1]);
    const std::vector<std::uint16_t> voxels = array.read<std::uint16_t>(box);  // throws if the array holds another type
    std::cout << "sum " << std::accumulate(voxels.begin(), voxels.end(), std::uint64_t{0}) << '\n';
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
