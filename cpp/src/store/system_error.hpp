// What the operating system refused, as an Error that says what to do.
#pragma once

#include <string>
#include <string_view>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

/// Throws what errno `code` means for `action` ("cannot write") on `path`.
[[noreturn]] void fail_system(int code, std::string_view action, const std::string& path);

/// True if a network file system says that a file, open here, was replaced or removed on another machine.
[[nodiscard]] bool says_replaced(const Error& error);

}  // namespace voxbrick
