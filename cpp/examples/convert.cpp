// Copies an array to another format, shard by shard, so that memory holds one shard at a time.
//
// usage: convert SOURCE TARGET FORMAT    format: wkw, zarr3 ...
#include <algorithm>
#include <iostream>
#include <span>
#include <voxbrick/geometry/grid.hpp>
#include <voxbrick/voxbrick.hpp>

namespace {

using voxbrick::Array;
using voxbrick::ArrayMeta;
using voxbrick::ArraySpec;
using voxbrick::Box;
using voxbrick::Grid;
using voxbrick::Index;

/// The voxels that a stored shard really has.
Box box_of_shard(const ArrayMeta& meta, const Index& shard) {
    return intersect(Grid{meta.shard_shape}.box_of(shard), meta.bounds());
}

/// The array's shape; where it has none (WKW), the corner up to which shards are stored.
Index extent_of(const Array& array) {
    const ArrayMeta& meta = array.meta();
    if (!meta.unbounded) return meta.shape;
    Index extent = Index::filled(meta.shape.rank(), 1);
    for (const Index& shard : array.list_shards()) {
        const Box box = box_of_shard(meta, shard);
        for (std::size_t axis = 0; axis < box.rank(); ++axis) extent[axis] = std::max(extent[axis], box.end(axis));
    }
    return extent;
}

/// WKW's shapes are those of a block in space: x, y, z.
Index without_channels(const Index& shape) {
    return Index(std::span(shape.begin() + 1, shape.end()));
}

ArraySpec spec_like(const Array& source, const std::string& data_format) {
    const ArrayMeta& meta = source.meta();
    ArraySpec spec;
    spec.data_format = data_format;
    spec.dtype = meta.dtype;
    if (data_format == "wkw") {
        spec.num_channels = meta.shape[0];
        spec.chunk_shape = without_channels(meta.block_shape);
        spec.shard_shape = without_channels(meta.shard_shape);
    } else {
        spec.shape = extent_of(source);
        spec.axes = meta.axes;
        spec.chunk_shape = meta.block_shape;
        spec.shard_shape = meta.shard_shape;
    }
    return spec;
}

void copy(const Array& source, Array& target) {
    voxbrick::Buffer buffer;
    for (const Index& shard : source.list_shards()) {
        const Box box = box_of_shard(source.meta(), shard);
        const std::size_t element_size = source.meta().element_size();
        const auto bytes = buffer.resize(static_cast<std::size_t>(voxbrick::product(box.shape)) * element_size);
        const Index strides = f_order_strides(box.shape, static_cast<std::int64_t>(element_size));
        const voxbrick::StridedView voxels{bytes.data(), box.shape, strides};
        source.read(box, voxels);
        target.write(box, voxels);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 4) {
        std::cerr << "usage: convert SOURCE TARGET FORMAT\n";
        return 2;
    }
    const Array source = Array::open(argv[1]);
    Array target = Array::create(argv[2], spec_like(source, argv[3]));
    copy(source, target);
    return 0;
} catch (const voxbrick::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
