// What an array is, once its format has been read: values only, no files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "voxbrick/base/dtype.hpp"
#include "voxbrick/base/export.hpp"
#include "voxbrick/codec/codec.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// How the elements of one block lie in its decoded bytes. Zarr's `transpose` and `bytes` codecs end up
/// here: layout is data, not work.
struct VOXBRICK_API BlockLayout {
    Index strides;            // bytes from one element to the next, per array axis
    bool swap_bytes = false;  // elements are stored in the other byte order

    /// An element's bits as they are stored.
    [[nodiscard]] ElementBits stored(const ElementBits& element) const noexcept;
};

/// The number of a block in its shard, which is its place in the shard's index.
struct VOXBRICK_API BlockOrder {
    bool morton = false;  // WKW: bits of the last three axes interleaved; else
    Index strides;        // Zarr: sum of block coordinate * stride

    [[nodiscard]] std::size_t number_of(const Index& block_in_shard) const noexcept;
};

/// What only the array's own format has to know: how its keys are spelled, how its index is encoded.
struct VOXBRICK_API FormatDetails {
    FormatDetails() = default;
    FormatDetails(const FormatDetails&) = default;
    FormatDetails& operator=(const FormatDetails&) = default;
    virtual ~FormatDetails() = default;
};

struct VOXBRICK_API ArrayMeta {
    std::string data_format;  // "wkw", "zarr3", "zarr" (version 2), "n5", "neuroglancerPrecomputed"
    DType dtype = DType::uint8;
    Index shape;  // where `unbounded`, every axis but the first is largest_coordinate long
    bool unbounded = false;
    std::vector<std::string> axes;  // names, "" where an axis has none; empty where none has
    ElementBits fill;               // value of what was never written
    Index shard_shape;              // what one stored object covers
    Index block_shape;              // smallest unit decoded on its own; divides shard_shape
    BlockLayout layout;
    BlockOrder order;
    CodecChain chain;
    bool compressed = false;
    bool keeps_empty_blocks = false;  // blocks of nothing but fill are stored too
    std::string document;             // the metadata as JSON, in the format's own terms
    std::string codecs;               // the codecs as Zarr v3 JSON, for display
    std::shared_ptr<const FormatDetails> details;

    [[nodiscard]] std::size_t element_size() const noexcept { return size_of(dtype); }
    [[nodiscard]] std::size_t block_bytes() const;
    [[nodiscard]] Index blocks_per_shard() const;
    [[nodiscard]] std::size_t block_count() const;  // in a shard
    /// All voxels that exist.
    [[nodiscard]] Box bounds() const;
};

/// What a new array is to be. Members that the format does not have must keep their defaults.
struct ArraySpec {
    std::string data_format = "wkw";
    DType dtype = DType::uint8;
    Index shape;                    // one entry for each axis; WKW has none
    std::int64_t num_channels = 1;  // WKW: the extent of axis c
    std::vector<std::string> axes;  // names, at most one for each axis
    Index chunk_shape;              // block, one entry for each axis (WKW: x, y, z)
    Index shard_shape;              // rank 0: the format's default
    bool compress = true;
    std::string codecs;              // JSON list as in Zarr v3; "" for the default of `compress`
    std::string fill_value = "0";    // JSON
    std::string chunk_key_encoding;  // JSON; "" for the format's default
    std::string attributes;          // JSON object; "" for none
    std::string metadata;            // a whole document (JSON) instead of all of the above but data_format
};

}  // namespace voxbrick
