#include "format/shard_keys.hpp"

#include <charconv>

namespace voxbrick {

std::optional<std::int64_t> take_number(std::string_view& text) noexcept {
    constexpr std::int64_t largest = std::int64_t{1} << 62;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(end - text.data());
    const bool padded = length > 1 && text.front() == '0';
    if (error != std::errc{} || text.front() == '-' || padded || number > largest) return std::nullopt;
    text.remove_prefix(length);
    return number;
}

bool take(std::string_view& text, std::string_view prefix) noexcept {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

}  // namespace voxbrick
