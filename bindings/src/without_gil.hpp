// Run this without the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <exception>

#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {

/// True if a signal handler raised, as Ctrl-C does; its exception is then set in this thread.
inline bool signal_handler_raised() {
    const PyGILState_STATE gil = PyGILState_Ensure();
    const bool raised = PyErr_CheckSignals() != 0;
    PyGILState_Release(gil);
    return raised;
}

/// Python runs signal handlers on its main thread only. The check stays away from all others also
/// because the interpreter may end a thread that asks for the GIL, in the middle of the engine.
inline void watch_for_signals() {
    const auto threading = pybind11::module_::import("threading");
    if (threading.attr("current_thread")().is(threading.attr("main_thread")())) {
        set_interrupt_check(&signal_handler_raised);
    }
}

/// Runs `work` without the GIL; Ctrl-C stops it. Everything that `work` touches has to be free of Python.
template <class Work>
void without_gil(Work&& work) {
    thread_local const bool watching = (watch_for_signals(), true);
    (void)watching;
    std::exception_ptr error;
    PyThreadState* const state = PyEval_SaveThread();
    try {
        work();
    } catch (...) {
        error = std::current_exception();
    }
    // Not in a destructor: at interpreter exit this call ends the thread by unwinding its stack.
    PyEval_RestoreThread(state);
    if (PyErr_Occurred() != nullptr) throw pybind11::error_already_set();
    if (error) std::rethrow_exception(error);
}

}  // namespace voxbrick
