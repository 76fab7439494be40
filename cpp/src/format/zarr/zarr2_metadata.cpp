#include "format/zarr/zarr2_metadata.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "codec/registry.hpp"
#include "format/layout.hpp"
#include "format/shape.hpp"
#include "format/zarr/fill.hpp"
#include "format/zarr/metadata.hpp"
#include "format/zarr/zarr2_codecs.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// An element type as Zarr v2 spells it, after numpy: byte order, kind and size, "<u2".
struct Zarr2Type {
    DType dtype = DType::uint8;
    bool big_endian = false;
};

constexpr std::array<std::pair<std::string_view, DType>, 12> types{{{"b1", DType::boolean},
                                                                    {"i1", DType::int8},
                                                                    {"i2", DType::int16},
                                                                    {"i4", DType::int32},
                                                                    {"i8", DType::int64},
                                                                    {"u1", DType::uint8},
                                                                    {"u2", DType::uint16},
                                                                    {"u4", DType::uint32},
                                                                    {"u8", DType::uint64},
                                                                    {"f2", DType::float16},
                                                                    {"f4", DType::float32},
                                                                    {"f8", DType::float64}}};

// Complex numbers, dates, objects, texts, raw bytes.
constexpr std::string_view foreign_kinds = "cmMOSUV";

[[noreturn]] void fail_type(ErrorKind kind, const Json& value) {
    fail(kind, "dtype: ", value.dump(), kind == ErrorKind::unsupported ? " is not supported" : " is no type");
}

Zarr2Type parse_type(const Json& value) {
    if (value.is_array()) fail_type(ErrorKind::unsupported, value);  // a record of several fields
    const std::string name = as_string(value, "dtype");
    if (name.size() < 2) fail_type(ErrorKind::invalid_metadata, value);
    if (foreign_kinds.find(name[1]) != std::string_view::npos) fail_type(ErrorKind::unsupported, value);
    for (const auto& [spelling, dtype] : types) {
        const std::string_view orders = size_of(dtype) == 1 ? "<>|" : "<>";
        if (name.substr(1) == spelling && orders.find(name[0]) != std::string_view::npos)
            return {dtype, name[0] == '>'};
    }
    fail_type(ErrorKind::invalid_metadata, value);
}

std::string name_of_type(const Zarr2Type& type) {
    const char* order = size_of(type.dtype) == 1 ? "|" : type.big_endian ? ">" : "<";
    std::size_t row = 0;
    while (types[row].second != type.dtype) ++row;
    return concat(order, types[row].first);
}

void check_version(const Json& zarray) {
    const std::int64_t version = as_integer(required(zarray, "zarr_format", "document"), "zarr_format");
    if (version != 2) fail(ErrorKind::unsupported, "zarr_format ", version, " is not supported here, only 2");
}

Index parse_chunks(const Json& zarray, std::size_t rank) {
    const Index chunks = parse_shape(required(zarray, "chunks", "document"), 1, "chunks");
    if (chunks.rank() != rank)
        fail(ErrorKind::invalid_metadata, "chunks ", chunks, " have not the array's ", rank, " axes");
    return chunks;
}

bool is_order_f(const Json& zarray) {
    const Json& order = required(zarray, "order", "document");
    if (order != "C" && order != "F")
        fail(ErrorKind::invalid_metadata, R"(order must be "C" or "F", not )", order.dump());
    return order == "F";
}

GridKeys parse_keys(const Json& zarray) {
    const Json* separator = optional(zarray, "dimension_separator", "document");
    if (separator == nullptr || separator->is_null()) return {false, '.'};
    if (*separator != "." && *separator != "/")
        fail(ErrorKind::invalid_metadata, R"(dimension_separator must be "." or "/", not )", separator->dump());
    return {false, separator->get<std::string>().front()};
}

ElementBits parse_fill_or_null(const Json& value, DType dtype) {
    return parse_fill(value.is_null() ? lenient_fill(0, dtype) : lenient_fill(value, dtype), dtype);
}

// An agreement among programs and no part of the format, so that anything else is just an attribute.
std::vector<std::string> names_in(const OrderedJson& attributes, std::size_t rank) {
    const OrderedJson names = attributes.value("_ARRAY_DIMENSIONS", OrderedJson());
    const auto is_name = [](const OrderedJson& name) { return name.is_string(); };
    if (!names.is_array() || names.size() != rank || !std::all_of(names.begin(), names.end(), is_name)) return {};
    return names;
}

std::string one_document(const std::string& zarray, const OrderedJson& attributes) {
    auto document = parse_json<OrderedJson>(zarray, "document");
    if (!attributes.empty()) document["attributes"] = attributes;
    return json_text(document);
}

void read_encoding(ArrayMeta& meta, const Json& zarray, bool big_endian) {
    const Json& filters = required(zarray, "filters", "document");
    const Json& compressor = required(zarray, "compressor", "document");
    const auto element_size = static_cast<std::int64_t>(meta.element_size());
    const bool order_f = is_order_f(zarray);
    meta.layout.strides = (order_f ? f_order_strides : c_order_strides)(meta.block_shape, element_size);
    meta.layout.swap_bytes = element_size > 1 && big_endian != (std::endian::native == std::endian::big);
    meta.chain = make_zarr2_chain(filters, compressor, meta.element_size());
    meta.compressed = meta.chain.compresses();
    meta.codecs = codecs_text(meta, order_f ? reversed_axes(meta.shape.rank()) : unchanged_axes(meta.shape.rank()));
}

void check_shards(const ArraySpec& spec) {
    if (spec.shard_shape.rank() != 0 && spec.shard_shape != spec.chunk_shape)
        fail(ErrorKind::invalid_argument, "Zarr v2 stores each chunk on its own: shard_shape ", spec.shard_shape,
             " must be chunk_shape ", spec.chunk_shape, ", or left out");
}

Zarr2Encoding default_encoding(const ArraySpec& spec) {
    Zarr2Encoding encoding;
    if (spec.compress) encoding.compressor = parse_json<OrderedJson>(default_codec(Dialect::zarr2), "codec");
    return encoding;
}

Zarr2Encoding encoding_of(const ArraySpec& spec) {
    if (spec.codecs.empty()) return default_encoding(spec);
    return from_zarr3_codecs(parse_json<OrderedJson>(spec.codecs, "codecs"), spec.shape.rank(), size_of(spec.dtype));
}

std::string separator_of(const ArraySpec& spec) {
    if (spec.chunk_key_encoding.empty()) return ".";
    const GridKeys keys = parse_zarr_keys(parse_json(spec.chunk_key_encoding, "chunk_key_encoding"));
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
                                {"dtype", name_of_type({spec.dtype, encoding.big_endian})},
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

const Zarr2Details& zarr2_details(const ArrayMeta& meta) noexcept {
    return static_cast<const Zarr2Details&>(*meta.details);
}

OrderedJson parse_attributes(const Zarr2Documents& documents) {
    auto attributes = parse_json<OrderedJson>(documents.zattrs.value_or("{}"), "attributes");
    if (!attributes.is_object())
        fail(ErrorKind::invalid_metadata, "attributes: expected an object, found ", attributes.type_name());
    return attributes;
}

ArrayMeta parse_zarr2(const Zarr2Documents& documents) {
    const Json zarray = parse_json(documents.zarray, "document");
    const OrderedJson attributes = parse_attributes(documents);
    check_version(zarray);
    refuse_odd_numbers(zarray, "", "document");
    const auto details = std::make_shared<Zarr2Details>();
    details->keys = parse_keys(zarray);
    details->documents = documents;
    const Json& fill = required(zarray, "fill_value", "document");
    const Zarr2Type type = parse_type(required(zarray, "dtype", "document"));
    ArrayMeta meta;
    meta.data_format = "zarr";
    meta.dtype = type.dtype;
    meta.shape = parse_shape(required(zarray, "shape", "document"), 0, "shape");
    meta.block_shape = parse_chunks(zarray, meta.shape.rank());
    meta.shard_shape = meta.block_shape;
    (void)dense_bytes(meta.block_shape, meta.element_size(), ErrorKind::invalid_metadata);
    meta.order.strides = Index::filled(meta.shape.rank(), 0);
    meta.fill = parse_fill_or_null(fill, meta.dtype);
    meta.keeps_empty_blocks = fill.is_null();  // what others read where nothing is stored is then anyone's guess
    meta.axes = names_in(attributes, meta.shape.rank());
    read_encoding(meta, zarray, type.big_endian);
    meta.document = one_document(documents.zarray, attributes);
    meta.details = details;
    return meta;
}

Zarr2Documents make_zarr2_documents(const ArraySpec& spec) {
    if (!spec.metadata.empty()) return from_document(spec);
    return {zarray_from_keywords(spec), zattrs_from_keywords(spec)};
}

}  // namespace voxbrick
