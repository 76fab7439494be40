#include <sys/resource.h>

#include <algorithm>

#include "exec/open_files.hpp"

namespace voxbrick {

std::size_t open_file_limit() noexcept {
    constexpr rlim_t most = 1 << 20;  // of no use to us, and "unlimited" is the largest number there is
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;  // what every system grants
    return static_cast<std::size_t>(std::min(limit.rlim_cur, most));
}

}  // namespace voxbrick
