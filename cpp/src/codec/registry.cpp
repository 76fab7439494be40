#include "codec/registry.hpp"

#include <array>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

struct Row {
    std::string_view name;
    bool in_zarr2;
    bool in_zarr3;
    CodecPtr (*make)(const CodecSettings&);

    [[nodiscard]] bool known_to(Dialect dialect) const { return dialect == Dialect::zarr2 ? in_zarr2 : in_zarr3; }
};

// A table, not self-registration: linkers drop objects of a static library that nobody refers to.
constexpr std::array rows{
#define VOXBRICK_CODEC(name, in_zarr2, in_zarr3) Row{#name, in_zarr2, in_zarr3, make_##name},
#include "codec/codecs.def"
#undef VOXBRICK_CODEC
};

[[noreturn]] void fail_unknown(std::string_view name, Dialect dialect) {
    std::string known;
    for (const Row& row : rows) {
        if (row.known_to(dialect)) known += concat(known.empty() ? "" : ", ", row.name);
    }
    fail(ErrorKind::unsupported, "codec \"", name, "\" is not supported; there are ", known);
}

const Row& row_of(std::string_view name, Dialect dialect) {
    for (const Row& row : rows) {
        if (row.name == name && row.known_to(dialect)) return row;
    }
    fail_unknown(name, dialect);
}

}  // namespace

CodecPtr make_codec(const std::string& name, const Json& configuration, Dialect dialect, std::size_t element_size) {
    const Row& row = row_of(name, dialect);
    Json members = configuration;
    if (dialect == Dialect::zarr2 && members.is_object()) members.erase("id");
    return row.make({row.name, members, dialect, element_size});
}

}  // namespace voxbrick
