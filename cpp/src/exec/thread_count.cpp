// How many threads to use: what the program says, else what the environment says, else what there is.
#include <algorithm>
#include <atomic>
#include <optional>

#include "exec/cores.hpp"
#include "exec/process.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// More are of no use to anyone, and a slip of the pen shall not exhaust the system.
constexpr std::size_t most_threads = 1024;

std::atomic<std::size_t> chosen_count = 0;   // by set_thread_count; 0: nothing
std::atomic<std::size_t> default_count = 0;  // 0: not looked up yet

// Workers of a process pool are often pinned to cores after the fork.
[[maybe_unused]] const bool looks_again_in_child = (call_in_forked_child([] { default_count = 0; }), true);

std::size_t look_up_default() {
    return std::min(positive_variable("VOXBRICK_NUM_THREADS").value_or(available_cores()), most_threads);
}

}  // namespace

std::size_t thread_count() {
    if (const std::size_t chosen = chosen_count; chosen != 0) return chosen;
    if (default_count == 0) default_count = look_up_default();
    return default_count;
}

void set_thread_count(std::size_t count) {
    chosen_count = std::min(count, most_threads);
    default_count = 0;
}

}  // namespace voxbrick
