// How the voxels of a cell become one voxel.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "voxbrick/base/export.hpp"

namespace voxbrick {

/// Where a voxel of a cell is NaN, the result is NaN; `mode` and `nearest` take it as a value like any other.
enum class Sampling : std::uint8_t {
    median,   // of an even number: the mean of the middle two, which integers truncate toward zero
    mode,     // the most frequent value; of several the smallest. Floats are told apart by their bits.
    nearest,  // the first voxel
    mean,     // integers: exact, then rounded, half to even; floats: summed in double
    max,
    min,
};

/// "median", "mode", "nearest", "mean" (also called "bilinear"), "max", "min"; nothing for another name.
[[nodiscard]] VOXBRICK_API std::optional<Sampling> sampling_from_name(std::string_view name) noexcept;

}  // namespace voxbrick
