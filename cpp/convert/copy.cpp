#include "copy.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <vector>
#include <voxbrick/base/error.hpp>
#include <voxbrick/exec/thread_pool.hpp>
#include <voxbrick/geometry/grid.hpp>

#include "layout.hpp"

using voxbrick::Array;
using voxbrick::Box;
using voxbrick::Buffer;
using voxbrick::DType;
using voxbrick::Grid;
using voxbrick::Index;
using voxbrick::TypedView;

namespace {

bool before(const Index& a, const Index& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

void add_cells(std::vector<Index>& cells, const Box& touched) {
    for (std::int64_t i = 0; i < product(touched.shape); ++i) cells.push_back(nth_index(touched, i));
}

// The shards of the target that meet anything stored in the source; all, if what is absent there is not absent here.
std::vector<Index> shards_to_write(const Array& source, const Array& target, const Box& all) {
    const Grid grid{target.meta().shard_shape};
    std::vector<Index> cells;
    if (source.meta().fill != target.meta().fill) {
        add_cells(cells, grid.cells_touching(all));
        return cells;
    }
    for (const Index& shard : source.list_shards())
        add_cells(cells, grid.cells_touching(intersect(Grid{source.meta().shard_shape}.box_of(shard), all)));
    std::sort(cells.begin(), cells.end(), before);
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
    return cells;
}

// Halves a box at the border of a block until it is small enough.
void for_each_piece(const Box& box, const Index& block, std::int64_t voxels,
                    const std::function<void(const Box&)>& body) {
    const Box blocks = Grid{block}.cells_touching(box);
    const auto* longest = std::max_element(blocks.shape.begin(), blocks.shape.end());
    if (product(box.shape) <= voxels || *longest == 1) return body(box);
    const auto axis = static_cast<std::size_t>(longest - blocks.shape.begin());
    Box low = box;
    low.shape[axis] = (blocks.offset[axis] + *longest / 2) * block[axis] - box.offset[axis];
    Box high = box;
    high.offset[axis] = low.end(axis);
    high.shape[axis] -= low.shape[axis];
    for_each_piece(low, block, voxels, body);
    for_each_piece(high, block, voxels, body);
}

TypedView room_for(Buffer& buffer, const Index& shape, DType dtype) {
    const std::size_t element_size = size_of(dtype);
    const auto bytes = buffer.resize(static_cast<std::size_t>(product(shape)) * element_size);
    return {{bytes.data(), shape, f_order_strides(shape, static_cast<std::int64_t>(element_size))}, dtype};
}

void check_same(const Buffer& written, const Buffer& read, const Box& box) {
    if (!std::equal(written.bytes().begin(), written.bytes().end(), read.bytes().begin()))
        voxbrick::fail(voxbrick::ErrorKind::corrupt, "the voxels of ", box, " differ after they were written");
}

}  // namespace

void copy(const Array& source, Array& target, std::size_t memory, bool verify) {
    const Index extent = extent_of(source);
    const Box all{Index::filled(extent.rank(), 0), extent};
    const DType dtype = source.meta().dtype;
    const auto voxels = static_cast<std::int64_t>(memory / (verify ? 2 : 1) / size_of(dtype));
    Buffer buffer;
    Buffer again;
    const auto copy_piece = [&](const Box& box) {
        voxbrick::throw_if_cancelled();
        const TypedView view = room_for(buffer, box.shape, dtype);
        source.read(box, view);
        target.write(box, view);
        if (!verify) return;
        target.read(box, room_for(again, box.shape, dtype));
        check_same(buffer, again, box);
    };
    for (const Index& shard : shards_to_write(source, target, all)) {
        const Box box = intersect(Grid{target.meta().shard_shape}.box_of(shard), all);
        for_each_piece(box, target.meta().block_shape, voxels, copy_piece);
    }
}
