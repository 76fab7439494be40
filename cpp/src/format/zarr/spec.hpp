// What a caller asks of a new Zarr array, as far as both versions of the format take it alike.
#pragma once

#include "base/json.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Throws invalid_argument for channels beside the shape, and for more names than axes.
void check_zarr_spec(const ArraySpec& spec);

/// The fill value, spelled as metadata has it.
[[nodiscard]] OrderedJson fill_of(const ArraySpec& spec);

/// The caller's attributes, {} for none.
[[nodiscard]] OrderedJson attributes_of(const ArraySpec& spec);

}  // namespace voxbrick
