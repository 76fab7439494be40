// .zarray and .zattrs: made from what a caller asks for, and parsed into what the array is.
#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "format/shard_keys.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// The metadata of an array as they are stored: two documents.
struct Zarr2Documents {
    std::string zarray;
    std::optional<std::string> zattrs;
};

struct Zarr2Details final : FormatDetails {
    GridKeys keys;
    Zarr2Documents documents;
};

[[nodiscard]] const Zarr2Details& zarr2_details(const ArrayMeta& meta) noexcept;

/// The array's attributes. Throws invalid_metadata.
[[nodiscard]] OrderedJson parse_attributes(const Zarr2Documents& documents);

/// Throws invalid_metadata for what is malformed, unsupported for what is well-formed but has a meaning that
/// voxbrick does not know. The array's one document is `.zarray` with the attributes as a further member.
[[nodiscard]] ArrayMeta parse_zarr2(const Zarr2Documents& documents);

/// The documents of a new array, with all members. They are still to be parsed to find out whether they make sense.
/// Throws invalid_argument, invalid_metadata or unsupported.
[[nodiscard]] Zarr2Documents make_zarr2_documents(const ArraySpec& spec);

}  // namespace voxbrick
