#pragma once

#include "voxbrick/codec/codec.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// For chunks of `shape` (channels, x, y, z), cut into blocks of `block_shape` (x, y, z). What is decoded lies dense,
/// x fastest and channels slowest. `element_size` is 4 or 8.
/// Throws unsupported for more than 2 GiB.
[[nodiscard]] CodecPtr make_compressed_segmentation(const Index& shape, const Index& block_shape,
                                                    std::size_t element_size);

}  // namespace voxbrick
