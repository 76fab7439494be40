// What the operating system refused, as an Error that says what to do.
#pragma once

#include <string>
#include <string_view>

namespace voxbrick {

/// Throws what errno `code` means for `action` ("cannot write") on `path`.
[[noreturn]] void fail_system(int code, std::string_view action, const std::string& path);

}  // namespace voxbrick
