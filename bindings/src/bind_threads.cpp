#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace voxbrick {

void bind_threads(py::module_& module) {
    const auto os = py::module_::import("os");
    if (py::hasattr(os, "register_at_fork"))
        os.attr("register_at_fork")(py::arg("after_in_child") = py::cpp_function([] { knows_main_thread = false; }));
    module.def("num_threads", &thread_count, "Threads that work on one request.");
    module.def(
        "set_num_threads",
        [](const py::object& given) {
            const auto integer = py::reinterpret_steal<py::object>(PyNumber_Index(given.ptr()));
            const std::int64_t count = integer ? PyLong_AsLongLong(integer.ptr()) : -1;
            PyErr_Clear();
            if (count < 0)
                fail(ErrorKind::invalid_argument, "the number of threads is ", std::string(py::repr(given)),
                     "; give 1 or more, or 0 for the default");
            set_thread_count(static_cast<std::size_t>(count));
        },
        py::arg("count"), "Sets the number of threads that work on one request; 0 returns to the default.");
}

}  // namespace voxbrick
