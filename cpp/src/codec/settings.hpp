// What a codec is made from: a piece of an array's metadata.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

struct CodecSettings {
    std::string_view name;
    const Json& configuration;  // without name or id
    Dialect dialect;
    std::size_t element_size;  // bytes of one voxel's one channel
};

/// "<codec> <key>": where errors of a member say they are.
[[nodiscard]] std::string place_of(const CodecSettings& settings, std::string_view key);

/// The integer `key` in low ... high. Zarr v3 requires it; where others leave it out, `by_default` holds.
[[nodiscard]] int integer_setting(const CodecSettings& settings, std::string_view key, int low, int high,
                                  int by_default);

}  // namespace voxbrick
