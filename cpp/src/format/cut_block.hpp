// Blocks at an array's border that are stored without what lies beyond it.
#pragma once

#include "format/layout.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// The codec between a whole block and the dense bytes of its first `stored` elements along each axis. The rest
/// decodes to zero.
[[nodiscard]] CodecPtr make_cut_block(const Index& whole, const Index& stored, const Axes& axes,
                                      std::size_t element_size);

}  // namespace voxbrick
