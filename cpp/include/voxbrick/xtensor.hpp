// Reads boxes into xtensor containers and writes boxes from them: arrays, tensors, adaptors and strided views,
// of any layout. Only who includes this header needs xtensor.
//
//     auto labels = voxbrick::read<std::uint32_t>(array, box);                   // a new xt::xarray
//     voxbrick::read_into(array, box, xt::view(volume, xt::all(), 0));           // voxels of one's own
//     voxbrick::write(array, box.offset, labels);
#pragma once

#include <type_traits>
#include <vector>
#include <xtensor/xarray.hpp>

#include "voxbrick/array/array.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

/// A container or view whose elements lie in memory at regular steps. Other expressions have no
/// memory to read into: evaluate them first.
template <class T>
concept XtensorMemory = requires(const std::remove_cvref_t<T>& memory) {
    typename std::remove_cvref_t<T>::value_type;
    memory.data();
    memory.data_offset();
    memory.strides();
    memory.shape();
};

namespace xtensor_detail {

/// `sequence` times `unit`, as an Index.
template <class Sequence>
Index to_index(const Sequence& sequence, std::int64_t unit = 1) {
    Index index = Index::filled(sequence.size(), 0);
    for (std::size_t axis = 0; axis < index.rank(); ++axis)
        index[axis] = static_cast<std::int64_t>(sequence[axis]) * unit;
    return index;
}

template <class Memory>
using element_of = typename std::remove_cvref_t<Memory>::value_type;

template <class Memory>
Index byte_strides(const Memory& memory) {
    return to_index(memory.strides(), sizeof(element_of<Memory>));
}

/// Throws invalid_argument unless the array holds elements of type T.
template <class T>
void check_dtype(const Array& array) {
    constexpr DType given = dtype_of<T>();
    const DType stored = array.meta().dtype;
    if (given != stored)
        fail(ErrorKind::invalid_argument, array.description(), " holds ", name_of(stored), ", not ", name_of(given));
}

}  // namespace xtensor_detail

/// Fills `out`, whose shape is that of the box, with the voxels of the box. Throws invalid_argument if
/// its shape or element type does not fit, and whatever Array::read throws.
template <XtensorMemory Memory>
void read_into(const Array& array, const Box& box, Memory&& out) {
    xtensor_detail::check_dtype<xtensor_detail::element_of<Memory>>(array);
    const Index shape = xtensor_detail::to_index(out.shape());
    if (shape != box.shape)
        fail(ErrorKind::invalid_argument, "a box of shape ", box.shape, " does not fit a container of shape ", shape);
    auto* const first = reinterpret_cast<std::byte*>(out.data() + out.data_offset());
    array.read(box, StridedView{first, shape, xtensor_detail::byte_strides(out)});
}

/// The voxels of the box in a new container.
template <class T, xt::layout_type Layout = XTENSOR_DEFAULT_LAYOUT>
[[nodiscard]] xt::xarray<T, Layout> read(const Array& array, const Box& box) {
    for (const std::int64_t extent : box.shape)
        if (extent < 0)
            fail(ErrorKind::invalid_argument, "shape ", box.shape, " of a box of ", array.description(),
                 " is negative");
    const std::vector<std::size_t> shape(box.shape.begin(), box.shape.end());
    auto voxels = xt::xarray<T, Layout>::from_shape(shape);
    read_into(array, box, voxels);
    return voxels;
}

/// Stores `voxels` in the box that begins at `offset` and has their shape. Throws invalid_argument if
/// the element type does not fit, and whatever Array::write throws.
template <XtensorMemory Memory>
void write(Array& array, const Index& offset, const Memory& voxels, bool durable = false) {
    xtensor_detail::check_dtype<xtensor_detail::element_of<Memory>>(array);
    const Box box{offset, xtensor_detail::to_index(voxels.shape())};
    const auto* const first = reinterpret_cast<const std::byte*>(voxels.data() + voxels.data_offset());
    array.write(box, ConstStridedView{first, box.shape, xtensor_detail::byte_strides(voxels)}, durable);
}

}  // namespace voxbrick
