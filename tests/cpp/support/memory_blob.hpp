// Stored objects made of numbers written down in a test.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "voxbrick/format/format.hpp"

using Bytes = std::vector<std::byte>;

/// "57 4b 57" as bytes.
inline Bytes hex(const std::string& digits) {
    Bytes bytes;
    for (std::size_t at = 0, length = 0; at < digits.size(); at += length) {
        bytes.push_back(static_cast<std::byte>(std::stoi(digits.substr(at), &length, 16)));
        while (at + length < digits.size() && digits[at + length] == ' ') ++length;
    }
    return bytes;
}

inline Bytes operator+(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// Little-endian.
inline Bytes u64(std::initializer_list<std::uint64_t> numbers) {
    Bytes bytes;
    for (const std::uint64_t number : numbers)
        for (unsigned shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<std::byte>(number >> shift));
    return bytes;
}

inline std::shared_ptr<const voxbrick::Blob> blob_of(const Bytes& bytes) {
    const auto store = voxbrick::make_memory_store();
    voxbrick::replace_bytes(*store, "blob", false, bytes);
    return store->open("blob");
}

inline std::shared_ptr<voxbrick::Store> store_with(std::string_view key, voxbrick::ByteView bytes) {
    auto store = voxbrick::make_memory_store();
    voxbrick::replace_bytes(*store, key, false, bytes);
    return store;
}

inline std::shared_ptr<voxbrick::Store> store_with(std::string_view key, const std::string& text) {
    return store_with(key, std::as_bytes(std::span(text)));
}
