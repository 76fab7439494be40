#include "format/n5/metadata.hpp"

#include <array>
#include <bit>

#include "codec/registry.hpp"
#include "format/cut_block.hpp"
#include "format/layout.hpp"
#include "format/shape.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::array own_members{"dimensions", "blockSize", "dataType", "compression", "compressionType"};

void check_array(const Json& document) {
    for (const char* member : own_members)
        if (optional(document, member, "document") != nullptr) return;
    fail(ErrorKind::not_found, "this is a group, not an array: it has no dimensions");
}

DType parse_type(const Json& document) {
    const std::string name = as_string(required(document, "dataType", "document"), "dataType");
    const auto dtype = dtype_from_name(name);
    if (!dtype || *dtype == DType::boolean || *dtype == DType::float16)
        fail(ErrorKind::unsupported, "dataType \"", name, "\" is not supported");
    return *dtype;
}

Index parse_block_shape(const Json& document, std::size_t rank) {
    const Index shape = parse_shape(required(document, "blockSize", "document"), 1, "blockSize");
    if (shape.rank() != rank)
        fail(ErrorKind::invalid_metadata, "blockSize ", shape, " has not the array's ", rank, " axes");
    return shape;
}

// Older programs have a name alone.
Json compression_of(const Json& document) {
    if (const Json* compression = optional(document, "compression", "document")) return *compression;
    return {{"type", required(document, "compressionType", "document")}};
}

CodecChain parse_chain(const Json& document, std::size_t element_size) {
    const Json compression = compression_of(document);
    const std::string type = as_string(required(compression, "type", "compression"), "compression type");
    if (type == "raw") return {};
    return CodecChain({make_codec(type, compression, Dialect::n5, element_size)});
}

// Many programs name the axes; nothing obliges them to.
std::vector<std::string> parse_axes(const Json& document, std::size_t rank) {
    const Json names = document.value("axes", Json());
    if (!names.is_array() || names.size() != rank) return {};
    for (const Json& name : names)
        if (!name.is_string()) return {};
    return names;
}

std::string with_attributes_apart(const std::string& document) {
    auto json = parse_json<OrderedJson>(document, "document");
    OrderedJson own = OrderedJson::object();
    for (const char* member : own_members) {
        if (json.contains(member)) own[member] = json[member];
        json.erase(member);
    }
    own["attributes"] = json;
    return json_text(own);
}

}  // namespace

ArrayMeta parse_n5(const std::string& document) {
    const Json json = parse_json(document, "document");
    check_array(json);
    ArrayMeta meta;
    meta.data_format = "n5";
    meta.dtype = parse_type(json);
    meta.shape = parse_shape(required(json, "dimensions", "document"), 0, "dimensions");
    meta.block_shape = parse_block_shape(json, meta.shape.rank());
    meta.shard_shape = meta.block_shape;
    (void)dense_bytes(meta.block_shape, meta.element_size(), ErrorKind::invalid_metadata);
    meta.order.strides = Index::filled(meta.shape.rank(), 0);
    meta.fill.size = meta.element_size();
    meta.axes = parse_axes(json, meta.shape.rank());
    const Axes axes = reversed_axes(meta.shape.rank());
    meta.layout.strides = dense_strides(meta.block_shape, axes, meta.element_size());
    meta.layout.swap_bytes = meta.element_size() > 1 && std::endian::native == std::endian::little;
    meta.chain = parse_chain(json, meta.element_size());
    meta.compressed = meta.chain.compresses();
    meta.codecs = codecs_text(meta, axes);
    meta.document = with_attributes_apart(document);
    return meta;
}

}  // namespace voxbrick
