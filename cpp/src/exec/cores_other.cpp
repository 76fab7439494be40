#ifndef __linux__

#include <algorithm>
#include <thread>

#include "exec/cores.hpp"

namespace voxbrick {

std::optional<std::size_t> cgroup_cores(const std::string&) {
    return std::nullopt;
}

std::size_t system_cores() {
    return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace voxbrick

#endif
