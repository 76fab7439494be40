// Zarr v3's sharding_indexed: a cell as a grid of blocks with an index.
//
// Specification: https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html
//
//   {"name": "sharding_indexed", "configuration": {
//       "chunk_shape": [1, 32, 32, 32],
//       "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
//       "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}],
//       "index_location": "end"}}
//
// Where it is the last codec of an array, its blocks are the array's blocks and are read one by one. Deeper
// down, in another shard or under a compressor, the whole cell passes through it: then it is a codec on bytes.
#pragma once

#include "format/zarr/shard_table.hpp"
#include "format/zarr/zarr3_codecs.hpp"

namespace voxbrick {

struct ZarrSharding {
    Index block_shape;
    Index grid;  // blocks along each axis
    CellPipeline block;
    ZarrShardTable table;
};

/// For cells of `shape`, as the codec sees them: after the transposes before it.
[[nodiscard]] ZarrSharding parse_sharding(const Json& configuration, const Index& shape, const ZarrElement& element);

/// The codec between a whole cell (dense, last axis fastest, native byte order) and the bytes of a shard.
[[nodiscard]] CodecPtr make_sharding_codec(ZarrSharding sharding, const Index& shape, const ZarrElement& element);

}  // namespace voxbrick
