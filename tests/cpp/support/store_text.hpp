// Objects as text, for short tests.
#pragma once

#include <string>
#include <string_view>

#include "voxbrick/store/store.hpp"

inline voxbrick::ByteView bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

inline void put_text(voxbrick::Store& store, std::string_view key, std::string_view text, bool durable = false) {
    voxbrick::replace_bytes(store, key, durable, bytes_of(text));
}

/// The object's text, or "(none)".
inline std::string text_of(const voxbrick::Store& store, std::string_view key) {
    return voxbrick::read_text(store, key, 1 << 30).value_or("(none)");
}
