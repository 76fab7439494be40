// Sizes that come from metadata, counted without overflow.
#pragma once

#include <cstdint>

#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// Bytes of a dense box of `shape`. Throws an error of `kind` where they exceed 2^63 - 1.
[[nodiscard]] std::int64_t dense_bytes(const Index& shape, std::size_t element_size, ErrorKind kind);

}  // namespace voxbrick
