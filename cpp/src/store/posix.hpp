// What the POSIX files share.
#pragma once

#include <cerrno>
#include <cstdint>

namespace voxbrick {

inline int descriptor(std::intptr_t handle) {
    return static_cast<int>(handle);
}

/// Repeats a system call as long as signals interrupt it.
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result == -1 && errno == EINTR) result = call();
    return result;
}

}  // namespace voxbrick
