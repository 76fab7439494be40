#pragma once

#include <cstdint>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {

/// XXH32. Specification: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
[[nodiscard]] std::uint32_t xxh32(ByteView bytes, std::uint32_t seed) noexcept;

}  // namespace voxbrick
