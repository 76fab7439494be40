// Zarr v2's way to encode a chunk, which is three keys of `.zarray`, and the same as a list of Zarr v3's codecs.
//
//   "order": "F", "dtype": ">u2", "compressor": {"id": "zstd", "level": 5}
//
//   [{"name": "transpose", "configuration": {"order": [2, 1, 0]}}, {"name": "bytes", "configuration": {"endian":
//   "big"}},
//    {"name": "zstd", "configuration": {"level": 5}}]
#pragma once

#include "base/json.hpp"

namespace voxbrick {

struct Zarr2Encoding {
    bool first_axis_fastest = true;  // order F
    bool big_endian = false;
    OrderedJson compressor;  // null for none
};

/// For display: what has no name in Zarr v3 keeps that of Zarr v2.
[[nodiscard]] Json to_zarr3_codecs(const Zarr2Encoding& encoding, std::size_t rank, std::size_t element_size);

/// From codecs of Zarr v3, or from a list of at most one compressor of Zarr v2. Throws invalid_metadata, or unsupported
/// for what Zarr v2 cannot say.
[[nodiscard]] Zarr2Encoding from_zarr3_codecs(const OrderedJson& codecs, std::size_t rank);

}  // namespace voxbrick
