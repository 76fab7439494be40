#include "exec/process.hpp"

#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constinit std::atomic<std::uint64_t> generation = 0;

[[maybe_unused]] const bool counts_forks = (call_in_forked_child([] { ++generation; }), true);

}  // namespace

std::uint64_t fork_generation() noexcept {
    return generation.load(std::memory_order_relaxed);
}

void Process::require_this_one() const {
    if (!is_this_one())
        fail(ErrorKind::cancelled, "the process forked in the middle of this work; only the parent finishes it");
}

}  // namespace voxbrick
