// voxbrick._core.downsample and upsample: numpy arrays in any layout, results in the same order as the input.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <vector>

#include "bindings.hpp"
#include "index_caster.hpp"
#include "numpy_view.hpp"
#include "voxbrick/resample/resample.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace voxbrick {
namespace {

ElementType elements_of(const py::array& array) {
    const std::string name = py::str(array.dtype());
    if (const auto dtype = dtype_from_name(name)) return ElementType(*dtype);
    fail(ErrorKind::unsupported, "voxels of type ", name,
         " cannot be resampled; convert them to a type in native order");
}

Sampling sampling_named(const std::string& name) {
    if (const auto sampling = sampling_from_name(name)) return *sampling;
    fail(ErrorKind::invalid_argument, "there is no sampling ", name,
         "; choose median, mode, nearest, mean, bilinear, max or min");
}

bool is_c_order(const py::array& array) {
    return (array.flags() & py::array::c_style) != 0 && (array.flags() & py::array::f_style) == 0;
}

std::vector<py::array> downsample_array(const py::array& array, const Index& offset, const std::string& sampling,
                                        const std::vector<Index>& steps) {
    const ElementType type = elements_of(array);
    const Sampling kind = sampling_named(sampling);
    const ConstTypedView in = view_of(array, type);
    std::vector<py::array> results;
    std::vector<DownsamplingStep> outs;
    Box box{offset, in.shape};
    for (const Index& factors : steps) {
        box = downsampled(box, factors);
        results.push_back(new_array(type.numpy, box.shape, is_c_order(array)));
        outs.push_back({factors, writeable_view_of(results.back(), type)});
    }
    without_gil([&] { downsample(in, offset, kind, outs); });
    return results;
}

py::array upsample_array(const py::array& array, const Index& offset, const Index& shape, const Index& factors) {
    const ElementType type = elements_of(array);
    const ConstTypedView in = view_of(array, type);
    py::array result = new_array(type.numpy, shape, is_c_order(array));
    const TypedView out = writeable_view_of(result, type);
    without_gil([&] { upsample(in, out, offset, factors); });
    return result;
}

}  // namespace

void bind_resample(py::module_& module) {
    module.def("downsample", &downsample_array, py::arg("array"), py::arg("offset"), py::arg("sampling"),
               py::arg("steps"), "The results of all steps of a pyramid.");
    module.def("upsample", &upsample_array, py::arg("array"), py::arg("offset"), py::arg("shape"), py::arg("factors"),
               "Copies of the voxels of the cells that a box touches.");
}

}  // namespace voxbrick
