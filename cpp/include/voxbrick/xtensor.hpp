// Reads boxes into xtensor containers and writes boxes from them: arrays, tensors, adaptors and strided views,
// of any layout. Only who includes this header needs xtensor.
//
//     auto labels = voxbrick::read<std::uint32_t>(array, box);                   // a new xt::xarray
//     voxbrick::read_into(array, box, xt::view(volume, xt::all(), 0));           // voxels of one's own
//     voxbrick::write(array, box.offset, labels);
#pragma once

#include <type_traits>
#include <utility>
#include <vector>

#if __has_include(<xtensor/containers/xarray.hpp>)  // xtensor 0.26 and newer
#include <xtensor/containers/xarray.hpp>
#else
#include <xtensor/xarray.hpp>
#endif

#include "voxbrick/array/array.hpp"

namespace voxbrick {

/// A container or view whose elements lie in memory at regular steps, and are of a type that arrays hold. Other
/// expressions have no memory to read into: evaluate them first.
template <class T>
concept XtensorMemory = requires(T& memory) {
    memory.data() + memory.data_offset();
    memory.strides();
    memory.shape();
}
&&Element<typename std::remove_cvref_t<T>::value_type>;

namespace xtensor_detail {

/// `sequence` times `unit`, as an Index.
template <class Sequence>
Index to_index(const Sequence& sequence, std::size_t unit = 1) {
    Index index = Index::filled(sequence.size(), 0);
    for (std::size_t axis = 0; axis < index.rank(); ++axis)
        index[axis] = static_cast<std::int64_t>(sequence[axis]) * static_cast<std::int64_t>(unit);
    return index;
}

}  // namespace xtensor_detail

/// The memory of a container: to read into, or only to write from if it is const. Throws invalid_argument for more than
/// max_rank axes.
template <XtensorMemory Memory>
[[nodiscard]] auto view_of(Memory&& memory) {
    auto* const first = memory.data() + memory.data_offset();
    return strided_view(first, xtensor_detail::to_index(memory.shape()),
                        xtensor_detail::to_index(memory.strides(), sizeof(*first)));
}

/// Fills `out`, whose shape is that of the box, with the voxels of the box. Throws invalid_argument if
/// its shape or element type does not fit, and whatever Array::read throws.
template <XtensorMemory Memory>
void read_into(const Array& array, const Box& box, Memory&& out) {
    const TypedView view = view_of(std::forward<Memory>(out));
    array.read(box, view);
}

/// The voxels of the box in a new container. Throws what Array::read throws, before there is a container.
template <Element T, xt::layout_type Layout = XTENSOR_DEFAULT_LAYOUT>
[[nodiscard]] xt::xarray<T, Layout> read(const Array& array, const Box& box) {
    (void)array.voxel_count(box, dtype_of<T>());
    const std::vector<std::size_t> shape(box.shape.begin(), box.shape.end());
    auto voxels = xt::xarray<T, Layout>::from_shape(shape);
    read_into(array, box, voxels);
    return voxels;
}

/// Stores `voxels` in the box that begins at `offset` and has their shape. Throws invalid_argument if
/// the element type does not fit, and whatever Array::write throws.
template <XtensorMemory Memory>
void write(Array& array, const Index& offset, const Memory& voxels, bool durable = false) {
    const ConstTypedView view = view_of(voxels);
    array.write({offset, view.shape}, view, durable);
}

}  // namespace voxbrick
