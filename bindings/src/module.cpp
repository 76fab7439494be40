// The extension module voxbrick._core: its table of contents.

#include <pybind11/pybind11.h>

#include "bindings.hpp"

PYBIND11_MODULE(_core, module) {
    module.doc() = "The engine of voxbrick. Use the names of the package voxbrick instead.";
    module.attr("__version__") = VOXBRICK_VERSION;
    voxbrick::bind_errors();
    voxbrick::bind_threads(module);
    voxbrick::bind_files(module);
    voxbrick::bind_array(module);
    voxbrick::bind_resample(module);
}
