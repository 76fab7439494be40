// Where two arrays differ.
#pragma once

#include "array/state.hpp"
#include "voxbrick/array/array.hpp"

namespace voxbrick {

/// The array that another is compared with, and which of its voxels correspond to those of a box.
struct Counterpart {
    ArrayState& state;
    const ArrayMeta& meta;
    Correspondence where;
};

/// As Array::find_difference, for a box that was checked.
[[nodiscard]] std::optional<Index> find_difference(ArrayState& state, const ArrayMeta& meta, const Box& box,
                                                   const Counterpart& other);

}  // namespace voxbrick
