// How much JSON of others may be. Python has the same numbers: python/voxbrick/metadata/json.py.
#pragma once

#include <cstddef>

namespace voxbrick {

/// The longest document in bytes that is read at all.
inline constexpr std::size_t largest_document = std::size_t{64} << 20;
/// Brackets in brackets: parsers and destructors of deep documents may recurse.
inline constexpr int deepest_nesting = 128;
/// Each takes some 50 bytes of memory, of which a document of [],[],[] ... would make the most.
inline constexpr std::size_t most_values = std::size_t{1} << 21;

}  // namespace voxbrick
