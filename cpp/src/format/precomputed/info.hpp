// `info`: from the document to what one scale of a volume is.
//
// Specification: https://github.com/google/neuroglancer/blob/master/src/datasource/precomputed/volume.md
//
//   {"@type": "neuroglancer_multiscale_volume", "type": "image", "data_type": "uint8", "num_channels": 1,
//    "scales": [{"key": "8_8_40", "size": [6446, 6643, 8090], "voxel_offset": [0, 0, 0], "resolution": [8, 8, 40],
//                "chunk_sizes": [[64, 64, 64]], "encoding": "raw"}]}
#pragma once

#include <optional>
#include <string>

#include "format/precomputed/sharding.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

struct PrecomputedDetails final : FormatDetails {
    std::string key;      // of the scale: its objects lie below
    Index voxel_offset;   // of the array's first voxel (x, y, z)
    Index segment_block;  // where segmentation is compressed, else rank 0
    std::optional<PrecomputedSharding> sharding;

    /// What a chunk at the volume's end holds of its voxels (channels, x, y, z).
    [[nodiscard]] static Index stored_shape(const ArrayMeta& meta, const Index& chunk);
    /// The codecs of chunks that hold so many voxels.
    [[nodiscard]] CodecChain chain_for(const ArrayMeta& meta, const Index& stored) const;
};

[[nodiscard]] const PrecomputedDetails& precomputed_details(const ArrayMeta& meta) noexcept;

/// True if `info` is meant to describe a volume, well or badly.
[[nodiscard]] bool describes_volume(const std::string& info);

/// True if `info` describes a volume that has this scale.
[[nodiscard]] bool has_scale(const std::string& info, std::string_view key);

/// The scale of that key, or the first one. Axes are channels, x, y, z, counted from the scale's voxel_offset. Throws
/// not_found for a document that describes no volume, invalid_metadata for what is malformed, unsupported for what
/// voxbrick does not know.
[[nodiscard]] ArrayMeta parse_precomputed(const std::string& info, const std::optional<std::string>& key);

}  // namespace voxbrick
