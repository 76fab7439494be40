// Shapes in JSON metadata: parsed, checked, written, and counted in bytes without overflow.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// A list of integers from `smallest` on. Throws invalid_metadata; unsupported for more axes, or longer ones, than
/// voxbrick can count.
[[nodiscard]] Index parse_shape(const Json& value, std::int64_t smallest, std::string_view where);

/// A shape of chunks: as many axes as `rank`, at least 1 along each.
[[nodiscard]] Index parse_chunk_shape(const Json& configuration, std::size_t rank, std::string_view where);

/// The numbers of an Index as a list.
[[nodiscard]] OrderedJson shape_to_json(const Index& shape);

/// `document` with another shape of as many axes, and every other byte as it was: programs write numbers that no
/// parser of ours could give back.
[[nodiscard]] std::string with_shape(const std::string& document, const Index& shape);

/// Throws invalid_argument if an array of shape `before` cannot be resized to `after`.
void check_new_shape(const Index& before, const Index& after);

/// Bytes of a dense box of `shape`. Throws an error of `kind` where they exceed 2^63 - 1.
[[nodiscard]] std::int64_t dense_bytes(const Index& shape, std::size_t element_size, ErrorKind kind);

}  // namespace voxbrick
