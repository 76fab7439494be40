// Keys of Zarr chunks: "c/1/23/45", or "1.23.45" as in Zarr v2.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// A value: how the keys of one array are spelled.
struct ZarrKeys {
    bool prefixed = true;  // with "c" in front
    char separator = '/';

    [[nodiscard]] std::string key_of(const Index& cell) const;
    /// Nothing if the key is not spelled exactly like that of a cell of that rank.
    [[nodiscard]] std::optional<Index> cell_of(std::string_view key, std::size_t rank) const;
    /// The same, and nothing either for cells outside an array of `shape`: they are left from a larger one.
    [[nodiscard]] std::optional<Index> cell_in(const Index& shape, const Index& cell_shape, std::string_view key) const;
};

/// From the chunk_key_encoding of Zarr v3. Throws invalid_metadata or unsupported.
[[nodiscard]] ZarrKeys parse_zarr_keys(const Json& encoding);

/// The chunk_key_encoding of Zarr v3, spelled out.
[[nodiscard]] OrderedJson zarr_keys_to_json(const ZarrKeys& keys);

}  // namespace voxbrick
