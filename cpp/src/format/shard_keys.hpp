// How the keys of shards are spelled and read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

/// Takes a plain decimal number off the front of `text`; nothing (and `text` as it was) if there is none, if it begins
/// with a needless zero, or if it exceeds 2^62.
[[nodiscard]] std::optional<std::int64_t> take_number(std::string_view& text) noexcept;

/// Takes `prefix` off the front of `text`; false (and `text` as it was) if it begins with something else.
[[nodiscard]] bool take(std::string_view& text, std::string_view prefix) noexcept;

/// Keys of the cells of a grid, as Zarr and N5 have them: "c/1/23/45", "1.23.45" or "1/23/45".
struct GridKeys {
    bool prefixed = true;  // with "c" in front
    char separator = '/';

    [[nodiscard]] std::string key_of(const Index& cell) const;
    /// Nothing if the key is not spelled exactly like that of a cell of that rank.
    [[nodiscard]] std::optional<Index> cell_of(std::string_view key, std::size_t rank) const;
    /// The same, and nothing either for cells outside an array of `shape`: they are left from a larger one.
    [[nodiscard]] std::optional<Index> cell_in(const Index& shape, const Index& cell_shape, std::string_view key) const;
};

}  // namespace voxbrick
