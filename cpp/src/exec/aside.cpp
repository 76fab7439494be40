#include "exec/aside.hpp"

#include <atomic>
#include <system_error>
#include <thread>

#include "exec/per_process.hpp"

namespace voxbrick {
namespace {

// One for each process: a chore that the parent was at is none of a forked child's.
struct Busy {
    std::atomic<bool> flag = false;
};

}  // namespace

void run_aside(std::function<void()> chore) {
    Busy& busy = PerProcess<Busy>::get();
    if (busy.flag.exchange(true)) return chore();
    try {
        // Detached, since a forked child would wait for it in vain.
        std::thread([chore, &busy] {
            chore();
            busy.flag = false;
        }).detach();
    } catch (const std::system_error&) {
        busy.flag = false;
        chore();
    }
}

}  // namespace voxbrick
