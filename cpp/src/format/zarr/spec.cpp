#include "format/zarr/spec.hpp"

#include "format/zarr/fill.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

void check_zarr_spec(const ArraySpec& spec) {
    if (spec.num_channels != 1)
        fail(ErrorKind::invalid_argument, "channels of a Zarr array are an axis of its shape; leave num_channels out");
    if (spec.axes.size() > spec.shape.rank())
        fail(ErrorKind::invalid_argument, spec.axes.size(), " axis names for ", spec.shape.rank(), " axes");
}

OrderedJson fill_of(const ArraySpec& spec) {
    const Json fill = lenient_fill(parse_json(spec.fill_value, "fill_value"), spec.dtype);
    return fill_to_json(parse_fill(fill, spec.dtype), spec.dtype);
}

OrderedJson attributes_of(const ArraySpec& spec) {
    if (spec.attributes.empty()) return OrderedJson::object();
    auto attributes = parse_json<OrderedJson>(spec.attributes, "attributes");
    if (!attributes.is_object())
        fail(ErrorKind::invalid_metadata, "attributes: expected an object, found ", attributes.type_name());
    return attributes;
}

}  // namespace voxbrick
