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

std::string GridKeys::key_of(const Index& cell) const {
    std::string key = prefixed ? "c" : "";
    for (const std::int64_t number : cell) {
        if (!key.empty()) key += separator;
        key += std::to_string(number);
    }
    return key.empty() ? "0" : key;
}

std::optional<Index> GridKeys::cell_of(std::string_view key, std::size_t rank) const {
    Index cell = Index::filled(rank, 0);
    std::string_view rest = key;
    if (prefixed && !take(rest, "c")) return std::nullopt;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        if ((prefixed || axis > 0) && !take(rest, {&separator, 1})) return std::nullopt;
        const auto number = take_number(rest);
        if (!number) return std::nullopt;
        cell[axis] = *number;
    }
    return key_of(cell) == key ? std::optional(cell) : std::nullopt;
}

std::optional<Index> GridKeys::cell_in(const Index& shape, const Index& cell_shape, std::string_view key) const {
    const auto cell = cell_of(key, shape.rank());
    if (!cell) return std::nullopt;
    for (std::size_t axis = 0; axis < cell->rank(); ++axis)
        if ((*cell)[axis] > floor_div(shape[axis] - 1, cell_shape[axis])) return std::nullopt;
    return cell;
}

}  // namespace voxbrick
