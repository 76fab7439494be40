#include "exec/aside.hpp"

#include <atomic>
#include <system_error>
#include <thread>

#include "exec/process.hpp"

namespace voxbrick {
namespace {

constexpr int most_at_once = 8;

// One for each process: chores that the parent was at are none of a forked child's.
struct Chores {
    std::atomic<int> running = 0;
};

}  // namespace

void run_aside(std::function<void()> chore) {
    Chores& chores = PerProcess<Chores>::get();
    const auto run = [&chores](const std::function<void()>& action) {
        action();
        --chores.running;
    };
    if (++chores.running > most_at_once) return run(chore);
    try {
        // Detached, since a forked child would wait for it in vain.
        std::thread(run, chore).detach();
    } catch (const std::system_error&) {
        run(chore);
    }
}

}  // namespace voxbrick
