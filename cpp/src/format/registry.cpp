#include "format/formats.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

std::string list_of(std::string_view (Format::*member)() const noexcept) {
    std::string list;
    for (const Format* format : all_formats()) list += concat(list.empty() ? "" : ", ", (format->*member)());
    return list;
}

}  // namespace

std::optional<Format::EmptyShard> Format::empty_shard(const ArrayMeta&) const {
    return std::nullopt;
}

// A table, not self-registration: linkers drop objects of a static library that nobody refers to.
const std::vector<const Format*>& all_formats() {
    static const std::vector<const Format*> table{
#define VOXBRICK_FORMAT(name) &name##_format(),
#include "format/formats.def"
#undef VOXBRICK_FORMAT
    };
    return table;
}

const Format& format_named(std::string_view name) {
    for (const Format* format : all_formats())
        if (format->name() == name) return *format;
    fail(ErrorKind::invalid_argument, "there is no data format \"", name, "\"; there are ", list_of(&Format::name));
}

const Format& detect_format(const Store& store) {
    for (const Format* format : all_formats())
        if (store.version(format->metadata_key())) return *format;
    fail(ErrorKind::not_found, "there is no array in ", store.description(), ": none of ",
         list_of(&Format::metadata_key), " exists");
}

}  // namespace voxbrick
