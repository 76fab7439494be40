#include "exec/interrupt.hpp"

#include <functional>
#include <utility>

#include "exec/process.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

using Clock = std::chrono::steady_clock;

struct InterruptCheck {
    std::function<bool()> asks_to_stop;
    // Kept from one parallel_for to the next: many short ones shall be interruptible as well as a long one.
    Clock::time_point next_time;
};

thread_local InterruptCheck check;

}  // namespace

void set_interrupt_check(std::function<bool()> asks_to_stop) {
    check = {std::move(asks_to_stop), Clock::now() + interrupt_interval};
}

void ask_interrupt_check() {
    if (!check.asks_to_stop || Clock::now() < check.next_time) return;
    const Process asking;
    const bool stop = check.asks_to_stop();
    check.next_time = Clock::now() + interrupt_interval;
    asking.require_this_one();  // signal handlers of Python fork in here
    if (stop) fail(ErrorKind::cancelled, "interrupted by the caller");
}

}  // namespace voxbrick
