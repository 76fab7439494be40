// Metadata documents: how they are read from a store, and what the errors of parsing them say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "voxbrick/base/error.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

/// The text under `key`. Throws not_found, or invalid_metadata for one of unreasonable length.
[[nodiscard]] std::string read_document(const Store& store, std::string_view key);

/// The text under `key`; nothing if there is none.
[[nodiscard]] std::optional<std::string> find_document(const Store& store, std::string_view key);

/// The result of `parse()`, whose errors name `key`.
template <class Parse>
auto parsed_at(std::string_view key, const Parse& parse) {
    try {
        return parse();
    } catch (const Error& error) {
        throw error.at(key);
    }
}

/// The result of `parse()` on metadata that a caller passed, so that invalid_metadata becomes invalid_argument.
template <class Parse>
auto as_argument(const Parse& parse) {
    try {
        return parse();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_metadata) throw;
        throw Error(ErrorKind::invalid_argument, error.what());
    }
}

}  // namespace voxbrick
