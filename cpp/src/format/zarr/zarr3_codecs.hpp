// The codecs of a Zarr v3 array, read into what they mean: a layout, and a chain of codecs on bytes.
#pragma once

#include "format/layout.hpp"
#include "format/zarr/metadata.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// The elements that a pipeline carries.
struct ZarrElement {
    DType dtype = DType::uint8;
    ElementBits fill;

    [[nodiscard]] std::size_t size() const noexcept { return size_of(dtype); }
};

/// A list of codecs, sorted by what they do.
struct ZarrCodecs {
    Axes axes;                     // all transposes as one
    ZarrExtension array_to_bytes;  // "bytes" or "sharding_indexed"
    std::vector<CodecPtr> bytes_to_bytes;
    bool compressed = false;

    [[nodiscard]] bool sharded() const noexcept { return array_to_bytes.name == "sharding_indexed"; }
};

/// Throws invalid_metadata for what is malformed or in the wrong order, unsupported for unknown names.
[[nodiscard]] ZarrCodecs parse_codecs(const Json& list, std::size_t rank, std::size_t element_size);

/// True if the `bytes` codec stores elements in the byte order that this machine does not have.
[[nodiscard]] bool swaps_bytes(const ZarrExtension& bytes_codec, std::size_t element_size);

/// The `order` of a transpose codec. Throws invalid_metadata if it is no permutation of `rank` axes.
[[nodiscard]] Axes parse_transpose(const Json& configuration, std::size_t rank);

/// How a cell of an array becomes bytes.
struct CellPipeline {
    BlockLayout layout;  // strides by the cell's own axes
    CodecChain chain;
    bool compressed = false;
};

/// The pipeline for cells of `shape`, which has as many axes as `codecs`.
[[nodiscard]] CellPipeline make_cell_pipeline(const ZarrCodecs& codecs, const Index& shape, const ZarrElement& element);

/// The one spelling of all lists of codecs that mean the same as `list`, which has been parsed before: codecs as
/// objects, with all members. Comparing it tells whether metadata that another program has written anew still means the
/// same.
[[nodiscard]] Json canonical_codecs(const Json& list, std::size_t rank, std::size_t element_size);

}  // namespace voxbrick
