// Numbers in the keys of shards: plain decimals, nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace voxbrick {

/// Takes a number off the front of `text`; nothing (and `text` as it was) if there is none, if it begins with a
/// needless zero, or if it exceeds 2^62.
[[nodiscard]] std::optional<std::int64_t> take_number(std::string_view& text) noexcept;

/// Takes `prefix` off the front of `text`; false (and `text` as it was) if it begins with something else.
[[nodiscard]] bool take(std::string_view& text, std::string_view prefix) noexcept;

}  // namespace voxbrick
