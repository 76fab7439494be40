// Copies a uint16 array into a new Zarr v3 array, one file of the source after the other.
//
// usage: convert_array SOURCE TARGET
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <vector>
#include <voxbrick/geometry/grid.hpp>
#include <voxbrick/voxbrick.hpp>

namespace {

// The boxes that the source has stored; nothing else has to be copied, for all else is absent.
std::vector<voxbrick::Box> stored_boxes(const voxbrick::Array& array) {
    const voxbrick::Grid grid{array.meta().shard_shape};
    std::vector<voxbrick::Box> boxes;
    for (const voxbrick::Index& shard : array.list_shards())
        boxes.push_back(intersect(grid.box_of(shard), array.meta().bounds()));
    return boxes;
}

// WKW arrays have no end: the copy gets one where the last file ends.
voxbrick::Index extent_of(const voxbrick::Array& array, const std::vector<voxbrick::Box>& boxes) {
    if (!array.meta().unbounded) return array.meta().shape;
    voxbrick::Index extent = array.meta().shard_shape;
    for (const voxbrick::Box& box : boxes)
        for (std::size_t axis = 0; axis < box.rank(); ++axis) extent[axis] = std::max(extent[axis], box.end(axis));
    return extent;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: convert_array SOURCE TARGET\n";
        return 2;
    }
    const voxbrick::Array source = voxbrick::Array::open(argv[1]);
    const std::vector<voxbrick::Box> boxes = stored_boxes(source);

    voxbrick::ArraySpec spec;
    spec.data_format = "zarr3";
    spec.dtype = source.meta().dtype;
    spec.shape = extent_of(source, boxes);
    spec.axes = source.meta().axes;
    spec.chunk_shape = source.meta().block_shape;
    spec.shard_shape = source.meta().shard_shape;
    voxbrick::Array target = voxbrick::Array::create(argv[2], spec);

    for (const voxbrick::Box& box : boxes) {
        const std::vector<std::uint16_t> voxels = source.read<std::uint16_t>(box);
        target.write<std::uint16_t>(box, voxels);
    }
    return 0;
} catch (const voxbrick::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
