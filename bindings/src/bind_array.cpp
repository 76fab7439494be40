// voxbrick._core.Array: parse, drop the GIL, call, return.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <optional>

#include "bindings.hpp"
#include "index_caster.hpp"
#include "numpy_view.hpp"
#include "voxbrick/array/array.hpp"
#include "without_gil.hpp"

namespace py = pybind11;

namespace voxbrick {
namespace {

/// An Array and the type of its elements.
struct BoundArray {
    Array array;
    ElementType type;
};

template <class Open>
BoundArray bind(Open&& open) {
    std::optional<Array> array;
    without_gil([&] { array = open(); });
    return {*array, ElementType(array->meta().dtype)};
}

BoundArray open_array(const std::string& folder, bool writeable) {
    const OpenMode mode = writeable ? OpenMode::read_write : OpenMode::read_only;
    return bind([&] { return Array::open(folder, mode); });
}

DType dtype_named(const std::string& name) {
    if (const auto dtype = dtype_from_name(name)) return *dtype;
    fail(ErrorKind::unsupported, "dtype ", name,
         " cannot be stored; use bool, an integer or a float type of up to 8 bytes");
}

BoundArray create_array(const std::string& folder, const std::string& data_format, const std::string& dtype,
                        const Index& shape, std::int64_t num_channels, const std::vector<std::string>& axes,
                        const Index& chunk_shape, const Index& shard_shape, bool compress, const std::string& codecs,
                        const std::string& fill_value, const std::string& chunk_key_encoding,
                        const std::string& attributes, const std::string& metadata) {
    ArraySpec spec;
    spec.data_format = data_format;
    spec.dtype = dtype_named(dtype);
    spec.shape = shape;
    spec.num_channels = num_channels;
    spec.axes = axes;
    spec.chunk_shape = chunk_shape;
    spec.shard_shape = shard_shape;
    spec.compress = compress;
    spec.codecs = codecs;
    spec.fill_value = fill_value;
    spec.chunk_key_encoding = chunk_key_encoding;
    spec.attributes = attributes;
    spec.metadata = metadata;
    return bind([&] { return Array::create(folder, spec); });
}

TypedView room_for(py::array& out, const ElementType& type, const Index& shape) {
    const TypedView view = writeable_view_of(out, type);
    if (view.shape != shape)
        fail(ErrorKind::invalid_argument, "out has shape ", view.shape, ", the box to read has shape ", shape);
    return view;
}

/// Runs `action`; an Error that leaves it names the array.
template <class Action>
auto naming(const BoundArray& self, const Action& action) {
    try {
        return action();
    } catch (const Error& error) {
        throw error.at(self.array.description());
    }
}

py::array read(const BoundArray& self, const Index& offset, const Index& shape, std::optional<py::array> out,
               bool c_order) {
    py::array result = out ? *out : naming(self, [&] { return new_array(self.type.numpy, shape, c_order); });
    const TypedView view = naming(self, [&] { return room_for(result, self.type, shape); });
    without_gil([&] { self.array.read({offset, shape}, view); });
    return result;
}

py::object largest(const BoundArray& self, const Index& offset, const Index& shape) {
    ElementBits bits;
    without_gil([&] { bits = self.array.largest({offset, shape}); });
    return py::array(self.type.numpy, {1}, bits.bytes.data()).attr("item")(0);
}

void write(BoundArray& self, const Index& offset, const py::array& data, bool durable) {
    const ConstTypedView view = naming(self, [&] { return view_of(data, self.type); });
    without_gil([&] { self.array.write({offset, view.shape}, view, durable); });
}

std::optional<Index> find_difference(const BoundArray& self, const Index& offset, const Index& shape,
                                     const BoundArray& other, const Index& other_offset, const Index& other_axes) {
    std::optional<Index> where;
    without_gil([&] { where = self.array.find_difference({offset, shape}, other.array, {other_offset, other_axes}); });
    return where;
}

void resize(BoundArray& self, const Index& shape) {
    without_gil([&] { self.array.resize(shape); });
}

std::vector<Index> list_shards(const BoundArray& self) {
    std::vector<Index> shards;
    without_gil([&] { shards = self.array.list_shards(); });
    return shards;
}

/// Paths as bytes, for os.fsdecode.
py::list list_files(const BoundArray& self) {
    std::vector<std::string> keys;
    without_gil([&] { keys = self.array.list_keys(); });
    py::list files;
    for (const std::string& key : keys) files.append(py::bytes(concat(self.array.description(), "/", key)));
    return files;
}

/// The metadata under the names that both worlds share.
py::dict meta(const BoundArray& self) {
    const ArrayMeta meta = self.array.meta();
    py::dict values;
    values["data_format"] = meta.data_format;
    values["dtype"] = self.type.numpy;
    values["shape"] = meta.unbounded ? py::object(py::none()) : to_tuple(meta.shape);
    values["axes"] = py::tuple(py::cast(meta.axes));
    values["chunk_shape"] = meta.block_shape;
    values["shard_shape"] = meta.shard_shape;
    values["compressed"] = meta.compressed;
    values["codecs"] = meta.codecs;
    values["fill_value"] = py::bytes(reinterpret_cast<const char*>(meta.fill.bytes.data()), meta.fill.size);
    values["document"] = meta.document;
    return values;
}

}  // namespace

void bind_array(py::module_& module) {
    py::class_<BoundArray>(module, "Array", "An array on disk.")
        .def_static("open", &open_array, py::arg("path"), py::arg("writeable"), "Opens an array.")
        .def_static("create", &create_array, py::kw_only(), py::arg("path"), py::arg("data_format"), py::arg("dtype"),
                    py::arg("shape"), py::arg("num_channels"), py::arg("axes"), py::arg("chunk_shape"),
                    py::arg("shard_shape"), py::arg("compress"), py::arg("codecs"), py::arg("fill_value"),
                    py::arg("chunk_key_encoding"), py::arg("attributes"), py::arg("metadata"), "Creates an array.")
        .def_property_readonly(
            "dtype", [](const BoundArray& self) { return self.type.numpy; }, "The type of the elements.")
        .def("read", &read, py::arg("offset"), py::arg("shape"), py::arg("out"), py::arg("c_order"), "Reads a box.")
        .def("largest", &largest, py::arg("offset"), py::arg("shape"), "The largest element of a box.")
        .def("write", &write, py::arg("offset"), py::arg("data"), py::arg("durable"), "Writes a box.")
        .def("find_difference", &find_difference, py::arg("offset"), py::arg("shape"), py::arg("other"),
             py::arg("other_offset"), py::arg("other_axes"), "A voxel of a box that differs from its counterpart.")
        .def("resize", &resize, py::arg("shape"), "Gives the array another shape.")
        .def("list_shards", &list_shards, "Grid coordinates of all stored shards, sorted.")
        .def("list_files", &list_files, "Paths of all files that make up the array, as bytes.")
        .def_property_readonly(
            "meta_version", [](const BoundArray& self) { return self.array.meta_version(); },
            "Another number when the metadata have changed.")
        .def("meta", &meta, "What the array is, as last seen.");
}

}  // namespace voxbrick
