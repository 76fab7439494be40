// Single files, for documents beside arrays: replaced, synced and locked as the engine does it with its own.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>

#include "bindings.hpp"
#include "voxbrick/store/files.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace voxbrick {
namespace {

class BoundLock {
  public:
    explicit BoundLock(std::unique_ptr<StoreLock> lock) : lock_(std::move(lock)) {}

    /// Again is no error.
    void release() { lock_.reset(); }

  private:
    std::unique_ptr<StoreLock> lock_;
};

void replace(const std::string& path, const py::bytes& data, bool durable) {
    char* first = nullptr;
    py::ssize_t size = 0;
    if (PyBytes_AsStringAndSize(data.ptr(), &first, &size) != 0) throw py::error_already_set();
    const ByteView bytes = std::as_bytes(std::span(first, static_cast<std::size_t>(size)));
    without_gil([&] { replace_file(path, bytes, durable); });
}

std::unique_ptr<BoundLock> lock(const std::string& path, bool make, std::optional<double> timeout) {
    std::unique_ptr<StoreLock> lock;
    std::optional<std::chrono::duration<double>> patience;
    if (timeout) patience.emplace(*timeout);
    without_gil([&] { lock = lock_whole_file(path, make, patience); });
    return lock ? std::make_unique<BoundLock>(std::move(lock)) : nullptr;
}

}  // namespace

void bind_files(py::module_& module) {
    module.def("replace_file", &replace, py::arg("path"), py::arg("data"), py::arg("durable"),
               "Gives a file these bytes, all at once. Mode, group, access control list and link stay.");
    module.def(
        "sync_file", [](const std::string& path) { without_gil([&] { sync_file(path); }); }, py::arg("path"),
        "Waits until the bytes of a file are on stable storage.");
    module.def(
        "sync_folder", [](const std::string& path) { without_gil([&] { sync_folder(path); }); }, py::arg("path"),
        "Waits until the names in a folder are on stable storage.");
    py::class_<BoundLock>(module, "FileLock", "The lock of a file, held until it is released.")
        .def("release", &BoundLock::release)
        .def("__enter__", [](py::object self) { return self; })
        .def("__exit__", [](BoundLock& self, const py::args&) { self.release(); });
    module.def("lock_file", &lock, py::arg("path"), py::arg("make"), py::arg("timeout"),
               "Waits for the lock of a file, which `make` makes; None after so many seconds.");
}

}  // namespace voxbrick
