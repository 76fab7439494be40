#include "format/zarr/keys.hpp"

#include "format/shard_keys.hpp"
#include "format/zarr/extension.hpp"
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

std::string ZarrKeys::key_of(const Index& cell) const {
    std::string key = prefixed ? "c" : "";
    for (const std::int64_t number : cell) {
        if (!key.empty()) key += separator;
        key += std::to_string(number);
    }
    return key.empty() ? "0" : key;
}

std::optional<Index> ZarrKeys::cell_of(std::string_view key, std::size_t rank) const {
    Index cell = Index::filled(rank, 0);
    std::string_view rest = key;
    if (prefixed && !take(rest, "c")) return std::nullopt;
    for (std::size_t axis = 0; axis < rank; ++axis) {
        if ((prefixed || axis > 0) && !take(rest, {&separator, 1})) return std::nullopt;
        const auto number = take_number(rest);
        if (!number) return std::nullopt;
        cell[axis] = *number;
    }
    return key_of(cell) == key ? std::optional(cell) : std::nullopt;
}

std::optional<Index> ZarrKeys::cell_in(const Index& shape, const Index& cell_shape, std::string_view key) const {
    const auto cell = cell_of(key, shape.rank());
    if (!cell) return std::nullopt;
    for (std::size_t axis = 0; axis < cell->rank(); ++axis)
        if ((*cell)[axis] > floor_div(shape[axis] - 1, cell_shape[axis])) return std::nullopt;
    return cell;
}

ZarrKeys parse_zarr_keys(const Json& encoding) {
    const ZarrExtension extension = parse_extension(encoding, "chunk_key_encoding");
    if (extension.name == "default") return {true, separator_of(extension.configuration, '/')};
    if (extension.name == "v2") return {false, separator_of(extension.configuration, '.')};
    fail(ErrorKind::unsupported, "chunk_key_encoding \"", extension.name, "\" is not supported; there are default, v2");
}

OrderedJson zarr_keys_to_json(const ZarrKeys& keys) {
    return {{"name", keys.prefixed ? "default" : "v2"},
            {"configuration", {{"separator", std::string(1, keys.separator)}}}};
}

}  // namespace voxbrick
