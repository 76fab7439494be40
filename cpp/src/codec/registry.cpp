#include "codec/registry.hpp"

#include <algorithm>
#include <array>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

struct Row {
    CodecPtr (*make)(const CodecSettings&);
    std::array<std::string_view, 3> names;  // by dialect, "" where it has no such codec

    [[nodiscard]] std::string_view name_in(Dialect dialect) const {
        return names.at(static_cast<std::size_t>(dialect));
    }
};

// A table, not self-registration: linkers drop objects of a static library that nobody refers to.
constexpr std::array rows{
#define VOXBRICK_CODEC(row, ...) Row{make_##row, {__VA_ARGS__}},
#include "codec/codecs.def"
#undef VOXBRICK_CODEC
};

[[noreturn]] void fail_unknown(std::string_view name, Dialect dialect) {
    std::string known;
    for (const Row& row : rows)
        if (!row.name_in(dialect).empty()) known += concat(known.empty() ? "" : ", ", row.name_in(dialect));
    fail(ErrorKind::unsupported, "codec \"", name, "\" is not supported; there are ", known);
}

const Row* find_row(std::string_view name, Dialect dialect) {
    const auto is_named = [&](const Row& row) { return !name.empty() && row.name_in(dialect) == name; };
    const auto* const row = std::find_if(rows.begin(), rows.end(), is_named);
    return row == rows.end() ? nullptr : row;
}

}  // namespace

CodecPtr make_codec(const std::string& name, const Json& configuration, Dialect dialect, std::size_t element_size) {
    const Row* const row = find_row(name, dialect);
    if (row == nullptr) fail_unknown(name, dialect);
    Json members = configuration;
    if (dialect == Dialect::zarr2 && members.is_object()) members.erase("id");
    if (dialect == Dialect::n5 && members.is_object()) members.erase("type");
    return row->make({row->name_in(dialect), members, dialect, element_size});
}

bool knows_codec(Dialect dialect, std::string_view name) {
    return find_row(name, dialect) != nullptr;
}

}  // namespace voxbrick
