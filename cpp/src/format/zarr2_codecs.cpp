#include "format/zarr2_codecs.hpp"

#include <array>

#include "format/zarr_axes.hpp"
#include "format/zarr_extension.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// Blosc's shuffles; Zarr v2 has their numbers, and -1 for one of the last two, by the size of elements.
constexpr std::array<std::string_view, 3> shuffles{"noshuffle", "shuffle", "bitshuffle"};

Json named(std::string_view name, Json configuration) {
    return {{"name", name}, {"configuration", std::move(configuration)}};
}

std::string_view shuffle_name(int number, std::size_t element_size) {
    if (number < 0) number = element_size == 1 ? 2 : 1;
    return shuffles.at(static_cast<std::size_t>(number));
}

Json compressor_to_zarr3(const OrderedJson& compressor, std::size_t element_size) {
    Json configuration = compressor;
    configuration.erase("id");
    if (compressor["id"] == "blosc") {
        configuration["shuffle"] = shuffle_name(configuration.value("shuffle", 1), element_size);
        configuration["typesize"] = element_size;
    }
    return named(compressor["id"].get<std::string>(), std::move(configuration));
}

OrderedJson compressor_from_zarr3(const ZarrExtension& codec) {
    OrderedJson compressor = {{"id", codec.name}};
    compressor.update(OrderedJson(codec.configuration));
    if (codec.name != "blosc") return compressor;
    compressor.erase("typesize");  // it is the element's
    for (std::size_t number = 0; number < shuffles.size(); ++number)
        if (compressor.value("shuffle", OrderedJson()) == shuffles[number]) compressor["shuffle"] = number;
    return compressor;
}

bool is_first_axis_fastest(const Json& transpose, std::size_t rank) {
    const Axes axes = parse_transpose(transpose, rank);
    const Axes unchanged = unchanged_axes(rank);
    if (axes == Axes(unchanged.rbegin(), unchanged.rend())) return true;
    if (axes == unchanged) return false;
    fail(ErrorKind::unsupported, "Zarr v2 has the orders C and F, not ", transpose.dump());
}

bool is_big_endian(const Json& bytes) {
    const Json endian = bytes.value("endian", Json("little"));
    if (endian != "little" && endian != "big")
        fail(ErrorKind::invalid_metadata, "bytes: endian must be \"little\" or \"big\", not ", endian.dump());
    return endian == "big";
}

void set_compressor(Zarr2Encoding& encoding, OrderedJson compressor) {
    if (!encoding.compressor.is_null())
        fail(ErrorKind::unsupported, "Zarr v2 has one compressor, not ", encoding.compressor.dump(), " and ",
             compressor.dump());
    encoding.compressor = std::move(compressor);
}

bool names(const OrderedJson& codecs, std::string_view name) {
    for (const OrderedJson& codec : codecs)
        if (codec == name || (codec.is_object() && codec.value("name", OrderedJson()) == name)) return true;
    return false;
}

}  // namespace

Json to_zarr3_codecs(const Zarr2Encoding& encoding, std::size_t rank, std::size_t element_size) {
    Json codecs = Json::array();
    const Axes axes = unchanged_axes(rank);
    if (encoding.first_axis_fastest && rank > 1)
        codecs.push_back(named("transpose", {{"order", Axes(axes.rbegin(), axes.rend())}}));
    codecs.push_back(named("bytes", {{"endian", encoding.big_endian ? "big" : "little"}}));
    if (!encoding.compressor.is_null()) codecs.push_back(compressor_to_zarr3(encoding.compressor, element_size));
    return codecs;
}

Zarr2Encoding from_zarr3_codecs(const OrderedJson& codecs, std::size_t rank) {
    if (!codecs.is_array()) fail(ErrorKind::invalid_metadata, "codecs: expected a list of codecs");
    Zarr2Encoding encoding;
    encoding.first_axis_fastest = !names(codecs, "bytes");  // a whole pipeline says so by a transpose
    for (const OrderedJson& item : codecs) {
        if (item.is_object() && item.contains("id")) {
            set_compressor(encoding, item);
            continue;
        }
        const ZarrExtension codec = parse_extension(Json(item), "codec");
        if (codec.name == "transpose")
            encoding.first_axis_fastest = is_first_axis_fastest(codec.configuration, rank);
        else if (codec.name == "bytes")
            encoding.big_endian = is_big_endian(codec.configuration);
        else
            set_compressor(encoding, compressor_from_zarr3(codec));
    }
    return encoding;
}

}  // namespace voxbrick
