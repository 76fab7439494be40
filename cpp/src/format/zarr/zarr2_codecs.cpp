#include "format/zarr/zarr2_codecs.hpp"

#include "codec/registry.hpp"
#include "format/layout.hpp"
#include "format/zarr/zarr3_codecs.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

CodecPtr make_zarr2_codec(const Json& codec, std::size_t element_size) {
    const std::string id = as_string(required(codec, "id", "codec"), "codec id");
    return make_codec(id, codec, Dialect::zarr2, element_size);
}

// In the words of Zarr v2, which may differ.
OrderedJson codec_from_zarr3(const ZarrExtension& codec, std::size_t element_size) {
    OrderedJson words = codec.configuration;
    if (knows_codec(Dialect::zarr3, codec.name)) {
        const CodecPtr made = make_codec(codec.name, codec.configuration, Dialect::zarr3, element_size);
        words = parse_json<OrderedJson>(made->configuration(Dialect::zarr2), "codec");
    }
    OrderedJson named = {{"id", codec.name}};
    named.update(words);
    return named;
}

bool is_first_axis_fastest(const Json& transpose, std::size_t rank) {
    const Axes axes = parse_transpose(transpose, rank);
    if (axes == reversed_axes(rank)) return true;
    if (axes == unchanged_axes(rank)) return false;
    fail(ErrorKind::unsupported, "Zarr v2 has the orders C and F, not ", transpose.dump());
}

bool is_big_endian(const Json& bytes) {
    const Json endian = bytes.value("endian", Json("little"));
    if (endian != "little" && endian != "big")
        fail(ErrorKind::invalid_metadata, "bytes: endian must be \"little\" or \"big\", not ", endian.dump());
    return endian == "big";
}

// Filters come before the one compressor.
void add_codec(Zarr2Encoding& encoding, OrderedJson codec, std::size_t element_size) {
    if (!encoding.compressor.is_null())
        fail(ErrorKind::unsupported, "Zarr v2 has one compressor, the last codec, not ", encoding.compressor.dump(),
             " and then ", codec.dump());
    const bool compresses = make_zarr2_codec(Json(codec), element_size)->compresses();
    if (compresses)
        encoding.compressor = std::move(codec);
    else
        encoding.filters.push_back(std::move(codec));
}

bool names(const OrderedJson& codecs, std::string_view name) {
    for (const OrderedJson& codec : codecs)
        if (codec == name || (codec.is_object() && codec.value("name", OrderedJson()) == name)) return true;
    return false;
}

}  // namespace

CodecChain make_zarr2_chain(const Json& filters, const Json& compressor, std::size_t element_size) {
    if (!filters.is_null() && !filters.is_array())
        fail(ErrorKind::invalid_metadata, "filters: expected a list, found ", filters.type_name());
    std::vector<CodecPtr> codecs;
    for (const Json& filter : filters) codecs.push_back(make_zarr2_codec(filter, element_size));
    if (!compressor.is_null()) codecs.push_back(make_zarr2_codec(compressor, element_size));
    return CodecChain(std::move(codecs));
}

Zarr2Encoding from_zarr3_codecs(const OrderedJson& codecs, std::size_t rank, std::size_t element_size) {
    if (!codecs.is_array()) fail(ErrorKind::invalid_metadata, "codecs: expected a list of codecs");
    Zarr2Encoding encoding;
    encoding.first_axis_fastest = !names(codecs, "bytes");  // a whole pipeline says so by a transpose
    for (const OrderedJson& item : codecs) {
        if (item.is_object() && item.contains("id")) {
            add_codec(encoding, item, element_size);
            continue;
        }
        const ZarrExtension codec = parse_extension(Json(item), "codec");
        if (codec.name == "transpose")
            encoding.first_axis_fastest = is_first_axis_fastest(codec.configuration, rank);
        else if (codec.name == "bytes")
            encoding.big_endian = is_big_endian(codec.configuration);
        else
            add_codec(encoding, codec_from_zarr3(codec, element_size), element_size);
    }
    return encoding;
}

}  // namespace voxbrick
