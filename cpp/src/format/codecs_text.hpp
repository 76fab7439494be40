// How blocks are encoded, for display: as a list of Zarr v3's codecs.
#pragma once

#include <string>

#include "format/layout.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Of an array whose blocks are dense, with `axes` from the slowest to the fastest: transpose, bytes and the codecs of
/// its chain. What has no name in Zarr v3 keeps its own.
[[nodiscard]] std::string codecs_text(const ArrayMeta& meta, const Axes& axes);

}  // namespace voxbrick
