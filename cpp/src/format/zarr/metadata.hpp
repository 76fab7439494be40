// What the metadata of Zarr v2 and v3 have in common.
#pragma once

#include <string>

#include "base/json.hpp"
#include "format/shard_keys.hpp"
#include "voxbrick/format/array_meta.hpp"

namespace voxbrick {

/// Throws invalid_argument for channels beside the shape, and for more names than axes.
void check_zarr_spec(const ArraySpec& spec);

/// The fill value, spelled as metadata has it.
[[nodiscard]] OrderedJson fill_of(const ArraySpec& spec);

/// The caller's attributes, {} for none.
[[nodiscard]] OrderedJson attributes_of(const ArraySpec& spec);

/// An extension point of Zarr v3: {"name": ..., "configuration": {...}}, or the bare name.
struct ZarrExtension {
    std::string name;
    Json configuration = Json::object();
};

/// Throws invalid_metadata, or unsupported for members that voxbrick does not know.
[[nodiscard]] ZarrExtension parse_extension(const Json& value, std::string_view where);

/// From the chunk_key_encoding of Zarr v3. Throws invalid_metadata or unsupported.
[[nodiscard]] GridKeys parse_zarr_keys(const Json& encoding);

/// The chunk_key_encoding of Zarr v3, spelled out.
[[nodiscard]] OrderedJson zarr_keys_to_json(const GridKeys& keys);

}  // namespace voxbrick
