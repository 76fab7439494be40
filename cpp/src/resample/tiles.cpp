#include "resample/tiles.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

constexpr std::int64_t tile_voxels = 1 << 17;
constexpr std::int64_t row_voxels = 512;

// Makes a tile longer along one axis until it is `enough` or reaches across the box.
void lengthen(std::int64_t& extent, std::int64_t across, std::int64_t enough) {
    while (extent < std::min(across, enough)) extent *= 2;
}

// The voxels in a tile and the box, seen from one axis: slices as long as the tile is there.
std::int64_t voxels_per_slice(Index tile, const Index& shape, std::size_t axis) {
    for (std::size_t i = 0; i < tile.rank(); ++i) tile[i] = std::min(tile[i], shape[i]);
    tile[axis] = 1;
    return product(tile);
}

Index tile_of(const Index& shape, const Index& unit, const Index& strides) {
    std::array<std::size_t, max_rank> axes{};
    const auto end = axes.begin() + static_cast<std::ptrdiff_t>(shape.rank());
    std::iota(axes.begin(), end, std::size_t{0});
    std::stable_sort(axes.begin(), end,
                     [&](std::size_t a, std::size_t b) { return std::abs(strides[a]) < std::abs(strides[b]); });
    Index tile = unit;
    for (auto axis = axes.begin(); axis != end; ++axis) {
        const std::int64_t enough =
            axis == axes.begin() ? row_voxels : tile_voxels / voxels_per_slice(tile, shape, *axis);
        lengthen(tile[*axis], shape[*axis], enough);
    }
    return tile;
}

}  // namespace

void for_each_tile(const Box& box, const Index& unit, const Index& strides,
                   const std::function<void(const Box&)>& body) {
    const Grid grid{tile_of(box.shape, unit, strides)};
    const Box tiles = grid.cells_touching(box);
    parallel_for(static_cast<std::size_t>(product(tiles.shape)), [&](std::size_t ordinal) {
        const Index tile = nth_index(tiles, static_cast<std::int64_t>(ordinal));
        body(intersect(grid.box_of(tile), box));
    });
}

}  // namespace voxbrick
