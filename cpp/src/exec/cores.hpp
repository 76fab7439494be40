// Where the number of usable cores comes from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace voxbrick {

/// The environment variable as a number; nothing if it is not set or not a whole number of at least 1.
[[nodiscard]] std::optional<std::size_t> positive_variable(const char* name);

/// The cores that the operating system lets this process use, at least 1.
[[nodiscard]] std::size_t system_cores();

/// Linux: the smallest CPU quota of this process's control groups, in whole cores (rounded up); nothing
/// if there is none. `root` stands for "/" in tests.
[[nodiscard]] std::optional<std::size_t> cgroup_cores(const std::string& root);

}  // namespace voxbrick
