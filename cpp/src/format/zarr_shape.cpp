#include "format/zarr_shape.hpp"

#include <algorithm>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

Index parse_shape(const Json& value, std::int64_t smallest, std::string_view where) {
    if (!value.is_array()) fail(ErrorKind::invalid_metadata, where, ": expected a list, found ", value.type_name());
    if (value.size() > max_rank)
        fail(ErrorKind::unsupported, where, ": arrays of ", value.size(), " axes are not supported, only up to ",
             max_rank);
    Index shape = Index::filled(value.size(), 0);
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        shape[axis] = as_integer(value[axis], where);
        if (shape[axis] < smallest)
            fail(ErrorKind::invalid_metadata, where, ": ", shape[axis], " is less than ", smallest);
        if (shape[axis] > largest_coordinate)
            fail(ErrorKind::unsupported, where, ": ", shape[axis], " is more than ", largest_coordinate);
    }
    return shape;
}

Index parse_chunk_shape(const Json& configuration, std::size_t rank, std::string_view where) {
    const Index shape = parse_shape(required(configuration, "chunk_shape", where), 1, where);
    if (shape.rank() != rank)
        fail(ErrorKind::invalid_metadata, where, ": chunk_shape ", shape, " has not the array's ", rank, " axes");
    return shape;
}

OrderedJson shape_to_json(const Index& shape) {
    OrderedJson list = OrderedJson::array();
    for (const std::int64_t extent : shape) list.push_back(extent);
    return list;
}

std::string with_shape(const std::string& document, const Index& shape) {
    auto json = parse_json<OrderedJson>(document, "document");
    json["shape"] = shape_to_json(shape);
    return json_text(json);
}

void check_new_shape(const Index& before, const Index& after) {
    const bool valid = std::all_of(after.begin(), after.end(),
                                   [](std::int64_t extent) { return extent >= 0 && extent <= largest_coordinate; });
    if (after.rank() != before.rank() || !valid)
        fail(ErrorKind::invalid_argument, "an array of shape ", before, " cannot get the shape ", after);
}

}  // namespace voxbrick
