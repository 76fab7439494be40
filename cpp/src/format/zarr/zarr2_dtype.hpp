// Element types as Zarr v2 spells them, after numpy: byte order, kind and size, "<u2".
#pragma once

#include <string>

#include "base/json.hpp"
#include "voxbrick/base/dtype.hpp"

namespace voxbrick {

struct Zarr2Type {
    DType dtype = DType::uint8;
    bool big_endian = false;
};

/// Throws invalid_metadata for what is no type, unsupported for types that voxbrick does not have.
[[nodiscard]] Zarr2Type parse_zarr2_type(const Json& value);

[[nodiscard]] std::string zarr2_name_of(const Zarr2Type& type);

}  // namespace voxbrick
