// The axes that `transpose` codecs give an array: permutations, as values.
#pragma once

#include <vector>

#include "base/json.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// Axis i of the encoded array is axis axes[i] of the decoded one.
using Axes = std::vector<std::size_t>;

[[nodiscard]] Axes unchanged_axes(std::size_t rank);
[[nodiscard]] Axes reversed_axes(std::size_t rank);

/// The `order` of a transpose codec. Throws invalid_metadata if it is no permutation of `rank` axes.
[[nodiscard]] Axes parse_transpose(const Json& configuration, std::size_t rank);

/// The axes after a transpose to `first` and then to `second`.
[[nodiscard]] Axes then(const Axes& first, const Axes& second);

/// Values by decoded axis -> the same by encoded axis, and back.
[[nodiscard]] Index to_encoded(const Index& values, const Axes& axes);
[[nodiscard]] Index to_decoded(const Index& values, const Axes& axes);

}  // namespace voxbrick
