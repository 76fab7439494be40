// Chores that nobody waits for.
#pragma once

#include <functional>

namespace voxbrick {

/// Runs `chore` beside the work, on a thread of its own. While a few of them run, the next is done here.
/// `chore` must not throw. Safe from any thread and after a fork.
void run_aside(std::function<void()> chore);

}  // namespace voxbrick
