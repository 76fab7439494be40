#include "format/zarr/zarr2_documents.hpp"

#include "format/shape.hpp"
#include "format/zarr/spec.hpp"
#include "format/zarr/zarr2_codecs.hpp"
#include "format/zarr/zarr2_dtype.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

void check_shards(const ArraySpec& spec) {
    if (spec.shard_shape.rank() != 0 && spec.shard_shape != spec.chunk_shape)
        fail(ErrorKind::invalid_argument, "Zarr v2 stores each chunk on its own: shard_shape ", spec.shard_shape,
             " must be chunk_shape ", spec.chunk_shape, ", or left out");
}

// What earlier programs of this kind write, so that everyone reads it.
Zarr2Encoding default_encoding(const ArraySpec& spec) {
    Zarr2Encoding encoding;
    if (spec.compress)
        encoding.compressor = {{"id", "blosc"}, {"cname", "zstd"}, {"clevel", 5}, {"shuffle", 1}, {"blocksize", 0}};
    return encoding;
}

Zarr2Encoding encoding_of(const ArraySpec& spec) {
    if (spec.codecs.empty()) return default_encoding(spec);
    return from_zarr3_codecs(parse_json<OrderedJson>(spec.codecs, "codecs"), spec.shape.rank(), size_of(spec.dtype));
}

std::string separator_of(const ArraySpec& spec) {
    if (spec.chunk_key_encoding.empty()) return ".";
    const ZarrKeys keys = parse_zarr_keys(parse_json(spec.chunk_key_encoding, "chunk_key_encoding"));
    if (keys.prefixed)
        fail(ErrorKind::invalid_argument, "chunk_key_encoding: keys of Zarr v2 have no prefix, use \"v2\"");
    return {keys.separator};
}

OrderedJson known_fill_of(const ArraySpec& spec) {
    OrderedJson fill = fill_of(spec);
    if (fill.is_string() && fill.get<std::string>().starts_with("0x"))
        fail(ErrorKind::unsupported, "fill_value: Zarr v2 has one NaN, and not ", fill.dump());
    return fill;
}

std::string zarray_from_keywords(const ArraySpec& spec) {
    check_zarr_spec(spec);
    check_shards(spec);
    const Zarr2Encoding encoding = encoding_of(spec);
    const OrderedJson zarray = {{"zarr_format", 2},
                                {"shape", shape_to_json(spec.shape)},
                                {"chunks", shape_to_json(spec.chunk_shape)},
                                {"dtype", zarr2_name_of({spec.dtype, encoding.big_endian})},
                                {"compressor", encoding.compressor},
                                {"fill_value", known_fill_of(spec)},
                                {"order", encoding.first_axis_fastest ? "F" : "C"},
                                {"filters", encoding.filters},
                                {"dimension_separator", separator_of(spec)}};
    return zarray.dump(2);
}

std::string zattrs_from_keywords(const ArraySpec& spec) {
    OrderedJson attributes = attributes_of(spec);
    if (!spec.axes.empty()) {
        std::vector<std::string> names = spec.axes;
        names.resize(spec.shape.rank());
        attributes["_ARRAY_DIMENSIONS"] = names;
    }
    return json_text(attributes);
}

Zarr2Documents from_document(const ArraySpec& spec) {
    auto zarray = parse_json<OrderedJson>(spec.metadata, "metadata");
    OrderedJson attributes = OrderedJson::object();
    if (zarray.is_object() && zarray.contains("attributes")) {
        attributes = zarray["attributes"];
        zarray.erase("attributes");
    }
    return {json_text(zarray), json_text(attributes)};
}

}  // namespace

Zarr2Documents make_zarr2_documents(const ArraySpec& spec) {
    if (!spec.metadata.empty()) return from_document(spec);
    return {zarray_from_keywords(spec), zattrs_from_keywords(spec)};
}

}  // namespace voxbrick
