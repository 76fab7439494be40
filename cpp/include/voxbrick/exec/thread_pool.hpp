// One pool of threads for the process, and one way to use it.
#pragma once

#include <cstddef>
#include <functional>

#include "voxbrick/base/export.hpp"

namespace voxbrick {

/// Calls body(0) ... body(count - 1), each once, in any order, on the pool and on the calling thread,
/// and returns when all are done. Calls from inside a body run inline. The first exception wins: the
/// rest is skipped and it is thrown here. The pool starts on first use and starts afresh in a forked child.
/// Safe from any thread; callers share the pool fairly.
VOXBRICK_API void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// Threads that work on a parallel_for, the caller's among them: set_thread_count's number, else
/// VOXBRICK_NUM_THREADS, else available_cores().
[[nodiscard]] VOXBRICK_API std::size_t thread_count();

/// 0 returns to the default. Takes effect with the next parallel_for.
VOXBRICK_API void set_thread_count(std::size_t count);

/// The cores this process may really use: the smallest of SLURM_CPUS_PER_TASK, the affinity mask and
/// the cgroup's CPU quota (rounded up), at least 1.
[[nodiscard]] VOXBRICK_API std::size_t available_cores();

/// Asked about every 50 ms on the thread that called parallel_for; true stops the work with a
/// `cancelled` error. Bindings use it for Ctrl-C. An empty function switches it off. Per thread.
VOXBRICK_API void set_interrupt_check(std::function<bool()> check);

/// For what waits inside a body, a lock for example: throws `cancelled` once the work it belongs to is to
/// stop. Outside of any parallel_for it asks the thread's interrupt check.
VOXBRICK_API void throw_if_cancelled();

}  // namespace voxbrick
