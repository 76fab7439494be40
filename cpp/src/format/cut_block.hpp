// Blocks at an array's border that are stored without what lies beyond it.
#pragma once

#include "format/layout.hpp"
#include "voxbrick/codec/codec.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// Strides in bytes of a dense block with `axes` from the slowest to the fastest.
[[nodiscard]] Index dense_strides(const Index& shape, const Axes& axes, std::size_t element_size);

/// The codec between a whole block and the dense bytes of its first `stored` elements along each axis. The rest
/// decodes to zero.
[[nodiscard]] CodecPtr make_cut_block(const Index& whole, const Index& stored, const Axes& axes,
                                      std::size_t element_size);

}  // namespace voxbrick
