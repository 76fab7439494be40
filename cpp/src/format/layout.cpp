#include "format/layout.hpp"

#include <algorithm>
#include <numeric>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

Axes unchanged_axes(std::size_t rank) {
    Axes axes(rank);
    std::iota(axes.begin(), axes.end(), std::size_t{0});
    return axes;
}

Axes reversed_axes(std::size_t rank) {
    const Axes axes = unchanged_axes(rank);
    return {axes.rbegin(), axes.rend()};
}

Axes parse_transpose(const Json& configuration, std::size_t rank) {
    refuse_unknown_keys(configuration, {"order"}, "transpose");
    const Json& order = required(configuration, "order", "transpose");
    Axes axes = unchanged_axes(rank);
    const std::string letter = order.is_string() ? as_string(order, "transpose order") : "";
    if (letter == "C") return axes;
    if (letter == "F") return reversed_axes(rank);
    Axes listed;
    if (order.is_array() && order.size() == rank)
        for (const Json& axis : order) listed.push_back(static_cast<std::size_t>(as_integer(axis, "transpose order")));
    if (!std::is_permutation(listed.begin(), listed.end(), axes.begin(), axes.end()))
        fail(ErrorKind::invalid_metadata, "transpose: order ", order.dump(), " is no permutation of ", rank, " axes");
    return listed;
}

Axes then(const Axes& first, const Axes& second) {
    Axes axes = second;
    for (std::size_t& axis : axes) axis = first[axis];
    return axes;
}

Index to_encoded(const Index& values, const Axes& axes) {
    Index encoded = values;
    for (std::size_t i = 0; i < axes.size(); ++i) encoded[i] = values[axes[i]];
    return encoded;
}

Index to_decoded(const Index& values, const Axes& axes) {
    Index decoded = values;
    for (std::size_t i = 0; i < axes.size(); ++i) decoded[axes[i]] = values[i];
    return decoded;
}

}  // namespace voxbrick
