// How the elements of a block are ordered in its bytes: permutations of axes, strides, and the same for display.
#pragma once

#include <string>
#include <vector>

#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Axis i of the encoded array is axis axes[i] of the decoded one.
using Axes = std::vector<std::size_t>;

[[nodiscard]] Axes unchanged_axes(std::size_t rank);
[[nodiscard]] Axes reversed_axes(std::size_t rank);

/// The axes after a transpose to `first` and then to `second`.
[[nodiscard]] Axes then(const Axes& first, const Axes& second);

/// Values by decoded axis -> the same by encoded axis, and back.
[[nodiscard]] Index to_encoded(const Index& values, const Axes& axes);
[[nodiscard]] Index to_decoded(const Index& values, const Axes& axes);

/// Strides in bytes of a dense block with `axes` from the slowest to the fastest.
[[nodiscard]] Index dense_strides(const Index& shape, const Axes& axes, std::size_t element_size);

/// How the dense blocks of an array are encoded, as a list of Zarr v3's codecs for display: transpose (`axes`, from the
/// slowest to the fastest), bytes and the codecs of its chain. What has no name in Zarr v3 keeps its own.
[[nodiscard]] std::string codecs_text(const ArrayMeta& meta, const Axes& axes);

}  // namespace voxbrick
