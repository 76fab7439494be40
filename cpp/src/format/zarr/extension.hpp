// Extension points of Zarr v3: {"name": ..., "configuration": {...}}, or the bare name.
#pragma once

#include <string>

#include "base/json.hpp"

namespace voxbrick {

struct ZarrExtension {
    std::string name;
    Json configuration = Json::object();
};

/// Throws invalid_metadata, or unsupported for members that voxbrick does not know.
[[nodiscard]] ZarrExtension parse_extension(const Json& value, std::string_view where);

}  // namespace voxbrick
