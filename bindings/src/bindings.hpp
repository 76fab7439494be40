// What each file of the bindings adds to the module.
#pragma once

#include <pybind11/pybind11.h>

namespace voxbrick {

void bind_errors();
void bind_threads(pybind11::module_& module);
void bind_files(pybind11::module_& module);
void bind_array(pybind11::module_& module);
void bind_resample(pybind11::module_& module);

}  // namespace voxbrick
