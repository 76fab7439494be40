// How many files a process may have open.
#pragma once

#include <cstddef>

namespace voxbrick {

/// The limit as it is now (RLIMIT_NOFILE, `ulimit -n`).
[[nodiscard]] std::size_t open_file_limit() noexcept;

}  // namespace voxbrick
