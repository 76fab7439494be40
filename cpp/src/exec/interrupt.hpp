// The wish of the calling thread's owner to stop, asked for now and then.
#pragma once

#include <chrono>

namespace voxbrick {

inline constexpr std::chrono::milliseconds interrupt_interval{50};

/// Asks this thread's interrupt check, if it was last asked long enough ago; throws `cancelled` if it says so.
void ask_interrupt_check();

}  // namespace voxbrick
