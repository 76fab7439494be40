#include "format/zarr/zarr2_metadata.hpp"

#include <algorithm>
#include <bit>

#include "format/codecs_text.hpp"
#include "format/shape.hpp"
#include "format/sizes.hpp"
#include "format/zarr/fill.hpp"
#include "format/zarr/zarr2_codecs.hpp"
#include "format/zarr/zarr2_dtype.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

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

ZarrKeys parse_keys(const Json& zarray) {
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
    const Zarr2Type type = parse_zarr2_type(required(zarray, "dtype", "document"));
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

}  // namespace voxbrick
