#include "format/zarr/zarr3_metadata.hpp"

#include <algorithm>
#include <array>

#include "format/shape.hpp"
#include "format/sizes.hpp"
#include "format/zarr/canonical_codecs.hpp"
#include "format/zarr/fill.hpp"
#include "format/zarr/sharding.hpp"
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

}  // namespace voxbrick
