// Bytes to encode, and bytes written down in hexadecimal.
#pragma once

#include <cstddef>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "voxbrick/base/bytes.hpp"

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of_text(std::string_view text) {
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

inline Bytes bytes_of_hex(std::string_view hex) {
    Bytes bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes.push_back(static_cast<std::byte>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

inline Bytes bytes_from(std::size_t size, const std::function<std::size_t(std::size_t)>& byte_at) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(byte_at(i));
    return bytes;
}

inline Bytes random_bytes(std::size_t size) {
    std::mt19937 random(7);
    return bytes_from(size, [&](std::size_t) { return random(); });
}

inline Bytes zeros(std::size_t size) {
    return Bytes(size);
}

/// Slowly growing 16-bit numbers: compressible, but not trivially, and better when shuffled.
inline Bytes ramp(std::size_t size) {
    return bytes_from(size, [](std::size_t i) { return i % 2 == 0 ? i / 6 : i / 1536; });
}
