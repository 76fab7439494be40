#include "format/zarr/zarr3_metadata.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "codec/registry.hpp"
#include "format/shape.hpp"
#include "format/zarr/fill.hpp"
#include "format/zarr/metadata.hpp"
#include "format/zarr/sharding.hpp"
#include "format/zarr/zarr3_codecs.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::array<std::string_view, 11> known_keys{
    "zarr_format", "node_type", "shape",      "data_type",       "chunk_grid",          "chunk_key_encoding",
    "fill_value",  "codecs",    "attributes", "dimension_names", "storage_transformers"};

void check_node(const Json& document) {
    const std::int64_t version = as_integer(required(document, "zarr_format", "document"), "zarr_format");
    if (version != 3) fail(ErrorKind::unsupported, "zarr_format ", version, " is not supported here, only 3");
    const std::string node = as_string(required(document, "node_type", "document"), "node_type");
    if (node == "group") fail(ErrorKind::not_found, "this is a group, not an array");
    if (node != "array") fail(ErrorKind::invalid_metadata, "node_type \"", node, "\" is neither array nor group");
}

// Programs write null for what is not there.
bool ignorable(std::string_view key, const Json& member) {
    if (key == "consolidated_metadata" && member.is_null()) return true;
    return member.is_object() && member.contains("must_understand") && member["must_understand"] == false;
}

void check_keys(const Json& document) {
    for (const auto& [key, member] : document.items())
        if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end() && !ignorable(key, member))
            fail(ErrorKind::unsupported, "unknown key \"", key, "\", which has to be understood");
}

void check_attributes(const Json& document) {
    const Json* attributes = optional(document, "attributes", "document");
    if (attributes != nullptr && !attributes->is_object())
        fail(ErrorKind::invalid_metadata, "attributes: expected an object, found ", attributes->type_name());
}

void check_storage_transformers(const Json& document) {
    const Json* transformers = optional(document, "storage_transformers", "document");
    if (transformers == nullptr) return;
    if (!transformers->is_array()) fail(ErrorKind::invalid_metadata, "storage_transformers: expected a list");
    if (!transformers->empty()) fail(ErrorKind::unsupported, "storage_transformers are not supported");
}

DType parse_data_type(const Json& document) {
    const ZarrExtension type = parse_extension(required(document, "data_type", "document"), "data_type");
    const auto dtype = dtype_from_name(type.name);
    if (!dtype) fail(ErrorKind::unsupported, "data_type \"", type.name, "\" is not supported");
    refuse_unknown_keys(type.configuration, {}, concat("data_type ", type.name));
    return *dtype;
}

Index parse_grid(const Json& document, std::size_t rank) {
    const ZarrExtension grid = parse_extension(required(document, "chunk_grid", "document"), "chunk_grid");
    if (grid.name != "regular")
        fail(ErrorKind::unsupported, "chunk_grid \"", grid.name, "\" is not supported, only regular");
    refuse_unknown_keys(grid.configuration, {"chunk_shape"}, "chunk_grid");
    return parse_chunk_shape(grid.configuration, rank, "chunk_grid");
}

std::vector<std::string> parse_names(const Json& document, std::size_t rank) {
    const Json* list = optional(document, "dimension_names", "document");
    if (list == nullptr || list->is_null()) return {};
    if (!list->is_array() || list->size() != rank)
        fail(ErrorKind::invalid_metadata, "dimension_names: expected a list of ", rank, ", one for each axis");
    std::vector<std::string> names;
    for (const Json& name : *list) names.push_back(name.is_null() ? "" : as_string(name, "dimension_names"));
    return names;
}

// The shards' own blocks where an index tells them apart, else the shard as one block.
void read_codecs(ArrayMeta& meta, Zarr3Details& details, const Json& list) {
    const ZarrElement element{meta.dtype, meta.fill};
    const ZarrCodecs codecs = parse_codecs(list, meta.shape.rank(), element.size());
    CellPipeline block;
    if (codecs.sharded() && codecs.bytes_to_bytes.empty()) {
        const Index shard_shape = to_encoded(meta.shard_shape, codecs.axes);
        ZarrSharding sharding = parse_sharding(codecs.array_to_bytes.configuration, shard_shape, element);
        meta.block_shape = to_decoded(sharding.block_shape, codecs.axes);
        meta.order.strides = to_decoded(c_order_strides(sharding.grid), codecs.axes);
        block = std::move(sharding.block);
        block.layout.strides = to_decoded(block.layout.strides, codecs.axes);
        details.table = std::move(sharding.table);
    } else {
        meta.block_shape = meta.shard_shape;
        meta.order.strides = Index::filled(meta.shape.rank(), 0);
        block = make_cell_pipeline(codecs, meta.shard_shape, element);
    }
    meta.layout = block.layout;
    meta.chain = std::move(block.chain);
    meta.compressed = block.compressed;
}

OrderedJson named(std::string_view name, OrderedJson configuration) {
    return {{"name", name}, {"configuration", std::move(configuration)}};
}

OrderedJson little_endian() {
    return named("bytes", {{"endian", "little"}});
}

OrderedJson first_axis_fastest(std::size_t rank) {
    std::vector<std::size_t> order(rank);
    std::iota(order.rbegin(), order.rend(), std::size_t{0});
    return named("transpose", {{"order", order}});
}

OrderedJson default_codecs(const ArraySpec& spec) {
    OrderedJson codecs = OrderedJson::array();
    if (spec.shape.rank() > 1) codecs.push_back(first_axis_fastest(spec.shape.rank()));
    codecs.push_back(little_endian());
    if (spec.compress) codecs.push_back(parse_json<OrderedJson>(default_codec(Dialect::zarr3), "codec"));
    return codecs;
}

// The caller's codecs; bare names, which not all readers take, as objects.
OrderedJson given_codecs(const ArraySpec& spec) {
    auto codecs = parse_json<OrderedJson>(spec.codecs, "codecs");
    if (!codecs.is_array()) fail(ErrorKind::invalid_argument, "codecs: expected a list of codecs, not ", spec.codecs);
    for (OrderedJson& codec : codecs)
        if (codec.is_string()) codec = {{"name", codec}};
    return codecs;
}

bool names_sharding(const OrderedJson& codecs) {
    for (const OrderedJson& codec : codecs)
        if (codec.is_object() && codec.value("name", OrderedJson()) == "sharding_indexed") return true;
    return false;
}

OrderedJson sharded(const Index& chunk_shape, OrderedJson codecs) {
    const OrderedJson checksum = {{"name", "crc32c"}};
    return OrderedJson::array(
        {named("sharding_indexed", {{"chunk_shape", shape_to_json(chunk_shape)},
                                    {"codecs", std::move(codecs)},
                                    {"index_codecs", OrderedJson::array({little_endian(), checksum})},
                                    {"index_location", "end"}})});
}

OrderedJson codecs_of(const ArraySpec& spec) {
    OrderedJson codecs = spec.codecs.empty() ? default_codecs(spec) : given_codecs(spec);
    if (spec.shard_shape.rank() == 0 || names_sharding(codecs)) return codecs;
    return sharded(spec.chunk_shape, std::move(codecs));
}

OrderedJson names_of(const ArraySpec& spec) {
    auto names = OrderedJson::array();
    for (const std::string& axis : spec.axes) names.push_back(axis.empty() ? OrderedJson() : OrderedJson(axis));
    while (names.size() < spec.shape.rank()) names.push_back(nullptr);
    return names;
}

OrderedJson keys_of(const ArraySpec& spec) {
    if (spec.chunk_key_encoding.empty()) return zarr_keys_to_json({});
    return zarr_keys_to_json(parse_zarr_keys(parse_json(spec.chunk_key_encoding, "chunk_key_encoding")));
}

OrderedJson from_keywords(const ArraySpec& spec) {
    check_zarr_spec(spec);
    const Index& cell = spec.shard_shape.rank() == 0 ? spec.chunk_shape : spec.shard_shape;
    OrderedJson document = {{"zarr_format", 3},
                            {"node_type", "array"},
                            {"shape", shape_to_json(spec.shape)},
                            {"data_type", name_of(spec.dtype)},
                            {"chunk_grid", named("regular", {{"chunk_shape", shape_to_json(cell)}})},
                            {"chunk_key_encoding", keys_of(spec)},
                            {"fill_value", fill_of(spec)},
                            {"codecs", codecs_of(spec)},
                            {"attributes", attributes_of(spec)}};
    if (!spec.axes.empty()) document["dimension_names"] = names_of(spec);
    return document;
}

}  // namespace

const Zarr3Details& zarr3_details(const ArrayMeta& meta) noexcept {
    return static_cast<const Zarr3Details&>(*meta.details);
}

ArrayMeta parse_zarr3(const std::string& document) {
    const Json json = parse_json(document, "document");
    check_node(json);
    check_keys(json);
    refuse_odd_numbers(json, "attributes", "document");
    check_attributes(json);
    check_storage_transformers(json);
    const auto details = std::make_shared<Zarr3Details>();
    ArrayMeta meta;
    meta.data_format = "zarr3";
    meta.shape = parse_shape(required(json, "shape", "document"), 0, "shape");
    meta.dtype = parse_data_type(json);
    meta.shard_shape = parse_grid(json, meta.shape.rank());
    details->keys = parse_zarr_keys(required(json, "chunk_key_encoding", "document"));
    meta.fill = parse_fill(required(json, "fill_value", "document"), meta.dtype);
    meta.axes = parse_names(json, meta.shape.rank());
    read_codecs(meta, *details, required(json, "codecs", "document"));
    (void)dense_bytes(meta.shard_shape, meta.element_size(), ErrorKind::invalid_metadata);
    meta.document = document;
    meta.codecs = canonical_codecs(json["codecs"], meta.shape.rank(), meta.element_size()).dump();
    meta.details = details;
    return meta;
}

std::string make_zarr3_document(const ArraySpec& spec) {
    const bool given = !spec.metadata.empty();
    return json_text(given ? parse_json<OrderedJson>(spec.metadata, "metadata") : from_keywords(spec));
}

}  // namespace voxbrick
