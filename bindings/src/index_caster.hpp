// Index <-> tuple of int. Anything that can be iterated and gives integers is taken.
#pragma once

#include <pybind11/pybind11.h>

#include <array>

#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/index.hpp"

namespace voxbrick {

[[noreturn]] inline void refuse_index(pybind11::handle given) {
    PyErr_Clear();
    fail(ErrorKind::invalid_argument, "expected integers, one for each axis, and got ",
         std::string(pybind11::repr(given)));
}

inline std::int64_t coordinate_of(pybind11::handle given, pybind11::handle number) {
    const auto integer = pybind11::reinterpret_steal<pybind11::object>(PyNumber_Index(number.ptr()));
    if (!integer) refuse_index(given);
    const std::int64_t value = PyLong_AsLongLong(integer.ptr());
    if (value == -1 && PyErr_Occurred() != nullptr) refuse_index(given);
    return value;
}

inline Index to_index(pybind11::handle given) {
    const auto numbers = pybind11::reinterpret_steal<pybind11::object>(PySequence_Fast(given.ptr(), ""));
    if (!numbers) refuse_index(given);
    const auto rank = static_cast<std::size_t>(PySequence_Fast_GET_SIZE(numbers.ptr()));
    if (rank > max_rank) fail(ErrorKind::invalid_argument, "arrays have at most ", max_rank, " axes, not ", rank);
    Index index = Index::filled(rank, 0);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        index[axis] = coordinate_of(given, PySequence_Fast_GET_ITEM(numbers.ptr(), static_cast<Py_ssize_t>(axis)));
    }
    return index;
}

inline pybind11::tuple to_tuple(const Index& index) {
    pybind11::tuple numbers(index.rank());
    for (std::size_t axis = 0; axis < index.rank(); ++axis) numbers[axis] = index[axis];
    return numbers;
}

}  // namespace voxbrick

template <>
struct pybind11::detail::type_caster<voxbrick::Index> {
    PYBIND11_TYPE_CASTER(voxbrick::Index, const_name("tuple[int, ...]"));

    bool load(handle source, bool /*convert*/) {
        value = voxbrick::to_index(source);
        return true;
    }
    static handle cast(const voxbrick::Index& index, return_value_policy /*policy*/, handle /*parent*/) {
        return voxbrick::to_tuple(index).release();
    }
};
