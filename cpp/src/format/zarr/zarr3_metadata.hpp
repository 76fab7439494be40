// zarr.json: made from what a caller asks for, and parsed into what the array is.
#pragma once

#include <optional>
#include <string>

#include "format/shard_keys.hpp"
#include "format/zarr/shard_table.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

struct Zarr3Details final : FormatDetails {
    GridKeys keys;
    std::optional<ZarrShardTable> table;  // where shards have an index
};

[[nodiscard]] const Zarr3Details& zarr3_details(const ArrayMeta& meta) noexcept;

/// Throws not_found for a group, invalid_metadata for what is malformed, unsupported for what is well-formed but
/// has a meaning that voxbrick does not know.
[[nodiscard]] ArrayMeta parse_zarr3(const std::string& document);

/// The document of a new array, with all members. It is still to be parsed to find out whether it makes sense. Throws
/// invalid_argument or invalid_metadata.
[[nodiscard]] std::string make_zarr3_document(const ArraySpec& spec);

}  // namespace voxbrick
