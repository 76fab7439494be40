#include "exec/cores.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {

std::optional<std::size_t> positive_variable(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr) return std::nullopt;
    const char* end = text + std::string_view(text).size();
    std::size_t number = 0;
    const auto [stop, error] = std::from_chars(text, end, number);
    if (error != std::errc{} || stop != end || number == 0) return std::nullopt;
    return number;
}

std::size_t available_cores() {
    const std::size_t cores = system_cores();
    return std::min(cores, positive_variable("SLURM_CPUS_PER_TASK").value_or(cores));
}

}  // namespace voxbrick
