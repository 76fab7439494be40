#include "format/zarr/extension.hpp"

#include "voxbrick/base/error.hpp"

namespace voxbrick {

ZarrExtension parse_extension(const Json& value, std::string_view where) {
    if (value.is_string()) return {value.get<std::string>()};
    ZarrExtension extension{as_string(required(value, "name", where), concat(where, " name"))};
    refuse_unknown_keys(value, {"name", "configuration", "must_understand"}, where);
    if (const Json* configuration = optional(value, "configuration", where)) extension.configuration = *configuration;
    if (!extension.configuration.is_object())
        fail(ErrorKind::invalid_metadata, where, " ", extension.name, ": configuration is no object");
    return extension;
}

}  // namespace voxbrick
