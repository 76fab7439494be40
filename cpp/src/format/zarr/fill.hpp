// Fill values in Zarr metadata, exactly to the bit.
//
//   bool      true, false
//   integers  5 (5.0 is tolerated)
//   floats    0.5, "NaN", "Infinity", "-Infinity", or the bits: "0x7fc00001"
#pragma once

#include "base/json.hpp"
#include "voxbrick/base/dtype.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// Throws invalid_metadata for a value that `dtype` does not have.
[[nodiscard]] ElementBits parse_fill(const Json& value, DType dtype);

/// The spelling from which parse_fill makes the same bits.
[[nodiscard]] Json fill_to_json(const ElementBits& fill, DType dtype);

/// `value` as parse_fill takes it, where a bool may also be 0 or 1: what Zarr v2 and callers write.
[[nodiscard]] Json lenient_fill(const Json& value, DType dtype);

}  // namespace voxbrick
