// .zarray and .zattrs: from the documents to what the array is.
#pragma once

#include <optional>
#include <string>

#include "format/zarr/keys.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// The metadata of an array as they are stored: two documents.
struct Zarr2Documents {
    std::string zarray;
    std::optional<std::string> zattrs;
};

struct Zarr2Details final : FormatDetails {
    ZarrKeys keys;
    Zarr2Documents documents;
};

[[nodiscard]] const Zarr2Details& zarr2_details(const ArrayMeta& meta) noexcept;

/// The array's attributes. Throws invalid_metadata.
[[nodiscard]] OrderedJson parse_attributes(const Zarr2Documents& documents);

/// Throws invalid_metadata for what is malformed, unsupported for what is well-formed but has a meaning that
/// voxbrick does not know. The array's one document is `.zarray` with the attributes as a further member.
[[nodiscard]] ArrayMeta parse_zarr2(const Zarr2Documents& documents);

}  // namespace voxbrick
