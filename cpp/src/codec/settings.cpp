#include "codec/settings.hpp"

#include "voxbrick/base/error.hpp"

namespace voxbrick {

std::string place_of(const CodecSettings& settings, std::string_view key) {
    return concat(settings.name, " ", key);
}

int integer_setting(const CodecSettings& settings, std::string_view key, int low, int high, int by_default) {
    const Json* value = optional(settings.configuration, key, settings.name);
    if (value == nullptr && settings.dialect != Dialect::zarr3) return by_default;
    const Json& present = required(settings.configuration, key, settings.name);
    return static_cast<int>(as_integer_in(present, low, high, place_of(settings, key)));
}

}  // namespace voxbrick
