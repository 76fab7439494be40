#include "format/zarr/metadata.hpp"

#include "format/zarr/fill.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

char separator_of(const Json& configuration, char by_default) {
    refuse_unknown_keys(configuration, {"separator"}, "chunk_key_encoding");
    const Json* separator = optional(configuration, "separator", "chunk_key_encoding");
    if (separator == nullptr) return by_default;
    if (*separator != "/" && *separator != ".")
        fail(ErrorKind::invalid_metadata, R"(chunk_key_encoding: separator must be "/" or ".", not )",
             separator->dump());
    return separator->get<std::string>().front();
}

}  // namespace

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

ZarrExtension parse_extension(const Json& value, std::string_view where) {
    if (value.is_string()) return {value.get<std::string>()};
    ZarrExtension extension{as_string(required(value, "name", where), concat(where, " name"))};
    refuse_unknown_keys(value, {"name", "configuration", "must_understand"}, where);
    if (const Json* configuration = optional(value, "configuration", where)) extension.configuration = *configuration;
    if (!extension.configuration.is_object())
        fail(ErrorKind::invalid_metadata, where, " ", extension.name, ": configuration is no object");
    return extension;
}

GridKeys parse_zarr_keys(const Json& encoding) {
    const ZarrExtension extension = parse_extension(encoding, "chunk_key_encoding");
    if (extension.name == "default") return {true, separator_of(extension.configuration, '/')};
    if (extension.name == "v2") return {false, separator_of(extension.configuration, '.')};
    fail(ErrorKind::unsupported, "chunk_key_encoding \"", extension.name, "\" is not supported; there are default, v2");
}

OrderedJson zarr_keys_to_json(const GridKeys& keys) {
    return {{"name", keys.prefixed ? "default" : "v2"},
            {"configuration", {{"separator", std::string(1, keys.separator)}}}};
}

}  // namespace voxbrick
