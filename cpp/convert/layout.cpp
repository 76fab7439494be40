#include "layout.hpp"

#include <algorithm>
#include <voxbrick/base/error.hpp>
#include <voxbrick/geometry/grid.hpp>

using voxbrick::Array;
using voxbrick::ArrayMeta;
using voxbrick::ArraySpec;
using voxbrick::Box;
using voxbrick::Index;

namespace {

constexpr std::int64_t usual_chunk = 32;
constexpr std::int64_t usual_shard = 1024;

Index last_axes(const Index& shape, std::size_t count) {
    return Index(std::span(shape.end() - count, shape.end()));
}

// Another shape with the last axes as they are asked for.
Index with_last_axes(Index shape, const Index& asked) {
    if (asked.rank() > shape.rank())
        voxbrick::fail(voxbrick::ErrorKind::invalid_argument, "a shape of ", asked.rank(), " numbers, ", asked,
                       ", for an array of ", shape.rank(), " axes");
    std::copy(asked.begin(), asked.end(), &shape[shape.rank() - asked.rank()]);
    return shape;
}

void check_axes(const ArrayMeta& meta) {
    const std::vector<std::string> wanted{"c", "x", "y", "z"};
    if (meta.shape.rank() == 4 && (meta.axes.empty() || meta.axes == wanted)) return;
    voxbrick::fail(voxbrick::ErrorKind::unsupported, "WKW has the axes c, x, y and z, which this array of ",
                   meta.shape.rank(), " axes has not");
}

ArraySpec wkw_spec(const ArrayMeta& meta, const Options& options) {
    check_axes(meta);
    const bool same = meta.data_format == "wkw";
    ArraySpec spec;
    spec.num_channels = meta.shape[0];
    spec.chunk_shape = same ? last_axes(meta.block_shape, 3) : Index::filled(3, usual_chunk);
    spec.shard_shape = same ? last_axes(meta.shard_shape, 3) : Index::filled(3, usual_shard);
    if (options.chunk_shape.rank() != 0) spec.chunk_shape = options.chunk_shape;
    if (options.shard_shape.rank() != 0) spec.shard_shape = options.shard_shape;
    return spec;
}

ArraySpec zarr_spec(const Array& source, const Options& options) {
    const ArrayMeta& meta = source.meta();
    ArraySpec spec;
    spec.shape = extent_of(source);
    spec.axes = meta.axes;
    spec.chunk_shape = with_last_axes(meta.block_shape, options.chunk_shape);
    const bool whole = options.format == "zarr" && options.shard_shape.rank() == 0;  // version 2 has no shards
    spec.shard_shape = whole ? spec.chunk_shape : with_last_axes(meta.shard_shape, options.shard_shape);
    return spec;
}

}  // namespace

Index extent_of(const Array& array) {
    const ArrayMeta& meta = array.meta();
    if (!meta.unbounded) return meta.shape;
    Index extent = Index::filled(meta.shape.rank(), 1);
    extent[0] = meta.shape[0];
    for (const Index& shard : array.list_shards()) {
        const Box box = voxbrick::Grid{meta.shard_shape}.box_of(shard);
        for (std::size_t axis = 1; axis < box.rank(); ++axis) extent[axis] = std::max(extent[axis], box.end(axis));
    }
    return extent;
}

ArraySpec spec_for(const Array& source, const Options& options) {
    ArraySpec spec = options.format == "wkw" ? wkw_spec(source.meta(), options) : zarr_spec(source, options);
    spec.data_format = options.format;
    spec.dtype = source.meta().dtype;
    spec.compress = options.compress;
    return spec;
}
