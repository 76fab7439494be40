// Run this without the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <exception>
#include <thread>

#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {

/// True if a signal handler raised, as Ctrl-C does; its exception is then set in this thread.
inline bool signal_handler_raised() {
    const PyGILState_STATE gil = PyGILState_Ensure();
    const bool raised = PyErr_CheckSignals() != 0;
    PyGILState_Release(gil);
    return raised;
}

/// Whether this thread has found out if it is Python's main thread. The one that forks is, in the child.
inline thread_local bool knows_main_thread = false;

/// Python runs signal handlers on its main thread only; the engine asks for the GIL on no other.
inline void watch_for_signals() {
    if (knows_main_thread) return;
    const auto threading = pybind11::module_::import("threading");
    if (threading.attr("current_thread")().is(threading.attr("main_thread")())) {
        set_interrupt_check(&signal_handler_raised);
    }
    knows_main_thread = true;
}

/// At interpreter exit Python unwinds the stacks of threads that ask for the GIL. Our frames would release Python
/// objects meanwhile, without it. So such a thread sleeps until the process has ended, as in Python 3.14.
inline void take_gil_back(PyThreadState* state) {
    struct SleepIfUnwound {
        bool unwound = true;
        ~SleepIfUnwound() {
            while (unwound) std::this_thread::sleep_for(std::chrono::hours(1));
        }
    } guard;
    PyEval_RestoreThread(state);
    guard.unwound = false;
}

/// Runs `work` without the GIL; Ctrl-C stops it. Everything that `work` touches has to be free of Python.
template <class Work>
void without_gil(Work&& work) {
    watch_for_signals();
    std::exception_ptr error;
    PyThreadState* const state = PyEval_SaveThread();
    try {
        work();
    } catch (...) {
        error = std::current_exception();
    }
    take_gil_back(state);
    if (PyErr_Occurred() != nullptr) throw pybind11::error_already_set();
    if (error) std::rethrow_exception(error);
}

}  // namespace voxbrick
