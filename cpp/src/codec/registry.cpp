#include "codec/registry.hpp"

#include <algorithm>
#include <array>

#include "exec/process.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

struct CodecRow {
    CodecPtr (*make)(const CodecSettings&);
    std::array<std::string_view, 5> names;  // by dialect, "" where it has no such codec

    [[nodiscard]] std::string_view name_in(Dialect dialect) const {
        return names.at(static_cast<std::size_t>(dialect));
    }
};

// A table, not self-registration: linkers drop objects of a static library that nobody refers to.
constexpr std::array codec_rows{
#define VOXBRICK_CODEC(row, ...) CodecRow{make_##row, {__VA_ARGS__}},
#include "codec/codecs.def"
};

[[noreturn]] void fail_unknown(std::string_view name, Dialect dialect) {
    std::string known;
    for (const std::string_view other : codec_names(dialect)) known += concat(known.empty() ? "" : ", ", other);
    fail(ErrorKind::unsupported, "codec \"", name, "\" is not supported; there are ", known);
}

const CodecRow* find_row(std::string_view name, Dialect dialect) {
    const auto is_named = [&](const CodecRow& row) { return !name.empty() && row.name_in(dialect) == name; };
    const auto* const row = std::find_if(codec_rows.begin(), codec_rows.end(), is_named);
    return row == codec_rows.end() ? nullptr : row;
}

}  // namespace

CodecPtr make_codec(const std::string& name, const Json& configuration, Dialect dialect, std::size_t element_size) {
    const CodecRow* const row = find_row(name, dialect);
    if (row == nullptr) fail_unknown(name, dialect);
    Json members = configuration;
    if (dialect == Dialect::zarr2 && members.is_object()) members.erase("id");
    if (dialect == Dialect::n5 && members.is_object()) members.erase("type");
    return row->make({row->name_in(dialect), members, dialect, element_size});
}

bool knows_codec(Dialect dialect, std::string_view name) {
    return find_row(name, dialect) != nullptr;
}

std::vector<std::string_view> codec_names(Dialect dialect) {
    std::vector<std::string_view> names;
    for (const CodecRow& row : codec_rows)
        if (!row.name_in(dialect).empty()) names.push_back(row.name_in(dialect));
    return names;
}

std::string_view default_codec(Dialect dialect) {
    switch (dialect) {
#define VOXBRICK_DEFAULT_CODEC(dialect, json) \
    case Dialect::dialect:                    \
        return json;
#include "codec/codecs.def"
        default:
            fail(ErrorKind::unsupported, "there is no default codec of a format that is only read");
    }
}

const std::vector<FileEnding>& file_endings() {
    const auto row = [](std::string_view ending, CodecPtr (*make)(const CodecSettings&)) {
        const Json none = Json::object();
        return FileEnding{ending, make == nullptr ? nullptr : make({ending, none, Dialect::zarr2, 1})};
    };
    static constinit Immortal<const std::vector<FileEnding>> endings;
    return endings.get([&] {
        return new std::vector<FileEnding>{
#define VOXBRICK_FILE_ENDING(ending, make) row(ending, make),
#include "codec/codecs.def"
        };
    });
}

}  // namespace voxbrick
