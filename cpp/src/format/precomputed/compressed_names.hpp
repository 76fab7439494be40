// Objects that programs compress on their way, as if behind an HTTP server, and whose names say so by their ending.
#pragma once

#include <string_view>
#include <vector>

#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

struct CompressedName {
    std::string_view ending;
    CodecPtr codec;  // null for one that voxbrick has not
};

/// All endings that are known, the usual one first.
[[nodiscard]] const std::vector<CompressedName>& compressed_names();

/// `key` without such an ending, if it has one.
[[nodiscard]] std::string_view without_ending(std::string_view key);

/// The codec of gzip streams, for decoding.
[[nodiscard]] CodecPtr gzip_streams();

}  // namespace voxbrick
