// How tests ask which Error a call throws: CHECK(error_kind([&] { call(); }) == ErrorKind::corrupt).
#pragma once

#include <optional>

#include "voxbrick/base/error.hpp"

/// The kind of the Error that `call` throws, nothing if it throws none.
template <class Call>
std::optional<voxbrick::ErrorKind> error_kind(Call&& call) {
    try {
        call();
    } catch (const voxbrick::Error& error) {
        return error.kind();
    }
    return std::nullopt;
}
