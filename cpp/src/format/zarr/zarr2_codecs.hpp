// Zarr v2's way to encode a chunk, which is four keys of `.zarray`, and the same as a list of Zarr v3's codecs.
//
//   "order": "F", "dtype": ">u2", "filters": null, "compressor": {"id": "<codec>", "level": 5}
//
//   [{"name": "transpose", "configuration": {"order": [2, 1, 0]}},
//    {"name": "bytes", "configuration": {"endian": "big"}},
//    {"name": "<codec>", "configuration": {"level": 5}}]
#pragma once

#include "base/json.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

struct Zarr2Encoding {
    bool first_axis_fastest = true;  // order F
    bool big_endian = false;
    OrderedJson filters;     // null for none
    OrderedJson compressor;  // null for none
};

/// Filters and compressor. Throws invalid_metadata or unsupported.
[[nodiscard]] CodecChain make_zarr2_chain(const Json& filters, const Json& compressor, std::size_t element_size);

/// From codecs of Zarr v3, or of Zarr v2 (objects with an id). Throws invalid_metadata, or unsupported for what Zarr v2
/// cannot say.
[[nodiscard]] Zarr2Encoding from_zarr3_codecs(const OrderedJson& codecs, std::size_t rank, std::size_t element_size);

}  // namespace voxbrick
