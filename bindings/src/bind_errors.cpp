// From the kind of an error to the class of a Python exception: the only translation.

#include <pybind11/pybind11.h>

#include "bindings.hpp"
#include "voxbrick/base/error.hpp"

namespace py = pybind11;

namespace voxbrick {
namespace {

const char* class_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid_argument:
            return "InvalidArgumentError";
        case ErrorKind::out_of_bounds:
            return "BoundsError";
        case ErrorKind::misaligned:
            return "MisalignedError";
        case ErrorKind::not_found:
            return "NotFoundError";
        case ErrorKind::already_exists:
            return "AlreadyExistsError";
        case ErrorKind::invalid_metadata:
            return "InvalidMetadataError";
        case ErrorKind::corrupt:
            return "CorruptDataError";
        case ErrorKind::unsupported:
            return "UnsupportedError";
        case ErrorKind::read_only:
            return "ReadOnlyError";
        case ErrorKind::io:
            return "StorageError";
        case ErrorKind::cancelled:
            return "CancelledError";
    }
    return "VoxbrickError";
}

/// Paths in messages may hold bytes that are not UTF-8; they come back as os.fsdecode gives them.
py::object message_of(const Error& error) {
    return py::reinterpret_steal<py::object>(PyUnicode_DecodeFSDefault(error.what()));
}

/// An OSError that knows its errno is made of errno and message.
py::tuple arguments_of(const Error& error, const py::object& type) {
    const bool is_os_error = PyObject_IsSubclass(type.ptr(), PyExc_OSError) == 1;
    if (is_os_error && error.system_code() != 0) return py::make_tuple(error.system_code(), message_of(error));
    return py::make_tuple(message_of(error));
}

void raise(const Error& error) {
    const py::object type = py::module_::import("voxbrick.errors").attr(class_of(error.kind()));
    PyErr_SetObject(type.ptr(), arguments_of(error, type).ptr());
}

void translate(std::exception_ptr pending) {
    try {
        std::rethrow_exception(pending);
    } catch (const Error& error) {
        raise(error);
    }
}

}  // namespace

void bind_errors() {
    py::register_local_exception_translator(&translate);
}

}  // namespace voxbrick
