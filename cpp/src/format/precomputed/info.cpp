#include "format/precomputed/info.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "codec/compressed_segmentation.hpp"
#include "format/cut_block.hpp"
#include "format/layout.hpp"
#include "format/shape.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::size_t space_rank = 3;

// Of channels, x, y, z.
Axes slowest_first() {
    return {0, 3, 2, 1};
}

const Json& scales_of(const Json& info) {
    const Json& scales = required(info, "scales", "info");
    if (!scales.is_array() || scales.empty()) fail(ErrorKind::invalid_metadata, "scales: expected a list of scales");
    return scales;
}

// The path of its folder.
std::string key_of(const Json& scale) {
    std::string key = as_string(required(scale, "key", "scale"), "scale key");
    if (std::any_of(key.begin(), key.end(), [](char c) { return c >= '\0' && c < ' '; }))
        fail(ErrorKind::invalid_metadata, "scale key: expected a path, found control characters");
    return key;
}

void check_volume(const Json& info) {
    const Json* type = optional(info, "@type", "info");
    if (type != nullptr && *type != "neuroglancer_multiscale_volume")
        fail(ErrorKind::not_found, "this describes no volume but a ", type->dump());
}

// The place of the scale with that key, or of the first one.
std::size_t find_scale(const Json& scales, const std::optional<std::string>& key) {
    if (!key) return 0;
    std::string keys;
    for (std::size_t place = 0; place < scales.size(); ++place) {
        const std::string found = key_of(scales[place]);
        if (found == *key) return place;
        keys += concat(keys.empty() ? "" : ", ", found);
    }
    fail(ErrorKind::not_found, "there is no scale \"", *key, "\"; there are ", keys);
}

DType parse_type(const Json& info) {
    constexpr std::array<std::string_view, 8> names{"uint8",  "int8",  "uint16", "int16",
                                                    "uint32", "int32", "uint64", "float32"};
    const std::string name = as_string(required(info, "data_type", "info"), "data_type");
    if (std::find(names.begin(), names.end(), name) == names.end())
        fail(ErrorKind::unsupported, "data_type \"", name, "\" is not supported");
    return *dtype_from_name(name);
}

Index parse_xyz(const Json& value, std::int64_t smallest, std::string_view where) {
    const Index xyz = parse_shape(value, smallest, where);
    if (xyz.rank() != space_rank) fail(ErrorKind::invalid_metadata, where, ": expected x, y, z, found ", xyz);
    return xyz;
}

Index parse_offset(const Json& scale) {
    const Json* offset = optional(scale, "voxel_offset", "scale");
    if (offset == nullptr) return Index::filled(space_rank, 0);
    return parse_xyz(*offset, -largest_coordinate, "voxel_offset");
}

// Others are the same voxels once more, cut in other ways.
Index parse_chunk(const Json& scale) {
    const Json& sizes = required(scale, "chunk_sizes", "scale");
    if (!sizes.is_array() || sizes.empty()) fail(ErrorKind::invalid_metadata, "chunk_sizes: expected a list of sizes");
    return parse_xyz(sizes.front(), 1, "chunk_sizes");
}

Index with_channels(std::int64_t channels, const Index& xyz) {
    return {channels, xyz[0], xyz[1], xyz[2]};
}

Index grid_of(const Index& size, const Index& chunk) {
    Index grid = size;
    for (std::size_t axis = 0; axis < grid.rank(); ++axis) grid[axis] = floor_div(size[axis] - 1, chunk[axis]) + 1;
    return grid;
}

// Rank 0 for raw voxels.
Index parse_encoding(const Json& scale, std::size_t element_size) {
    const std::string encoding = as_string(required(scale, "encoding", "scale"), "encoding");
    if (encoding == "raw") return {};
    if (encoding != "compressed_segmentation")
        fail(ErrorKind::unsupported, "encoding \"", encoding,
             "\" is not supported; there are raw, compressed_segmentation");
    if (element_size < 4)
        fail(ErrorKind::invalid_metadata, "encoding compressed_segmentation is for uint32 and uint64");
    const char* const key = "compressed_segmentation_block_size";
    const Index block = parse_xyz(required(scale, key, "scale"), 1, key);
    (void)dense_bytes(block, element_size, ErrorKind::invalid_metadata);
    return block;
}

std::optional<PrecomputedSharding> parse_sharding(const Json& scale, const Index& grid) {
    const Json* sharding = optional(scale, "sharding", "scale");
    if (sharding == nullptr || sharding->is_null()) return std::nullopt;
    return PrecomputedSharding(*sharding, grid);
}

std::shared_ptr<PrecomputedDetails> parse_details(const Json& scale, const Index& grid, std::size_t element_size) {
    auto details = std::make_shared<PrecomputedDetails>();
    details->key = key_of(scale);
    details->voxel_offset = parse_offset(scale);
    details->segment_block = parse_encoding(scale, element_size);
    details->sharding = parse_sharding(scale, grid);
    return details;
}

std::string document_of(const std::string& info, std::size_t scale) {
    auto document = parse_json<OrderedJson>(info, "info");
    OrderedJson attributes = document["scales"][scale];
    document["attributes"] = std::move(attributes);
    return json_text(document);
}

void set_codecs(ArrayMeta& meta, const PrecomputedDetails& details) {
    meta.layout.strides = dense_strides(meta.block_shape, slowest_first(), meta.element_size());
    meta.layout.swap_bytes = meta.element_size() > 1 && std::endian::native == std::endian::big;
    meta.chain = details.chain_for(meta, meta.block_shape);
    meta.compressed = meta.chain.compresses();
    meta.codecs = codecs_text(meta, slowest_first());
}

// Others have files of this name too: what is no document for us is none of ours.
Json parse_or_null(const std::string& info) {
    try {
        return parse_json(info, "info");
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_metadata) throw;
        return nullptr;
    }
}

}  // namespace

const PrecomputedDetails& precomputed_details(const ArrayMeta& meta) noexcept {
    return static_cast<const PrecomputedDetails&>(*meta.details);
}

Index PrecomputedDetails::stored_shape(const ArrayMeta& meta, const Index& chunk) {
    Index shape = meta.block_shape;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
        shape[axis] = std::min(shape[axis], meta.shape[axis] - chunk[axis] * meta.block_shape[axis]);
    return shape;
}

CodecChain PrecomputedDetails::chain_for(const ArrayMeta& meta, const Index& stored) const {
    std::vector<CodecPtr> codecs;
    if (stored != meta.block_shape)
        codecs.push_back(make_cut_block(meta.block_shape, stored, slowest_first(), meta.element_size()));
    if (segment_block.rank() > 0)
        codecs.push_back(make_compressed_segmentation(stored, segment_block, meta.element_size()));
    if (sharding)
        codecs.insert(codecs.end(), sharding->data_codecs().codecs().begin(), sharding->data_codecs().codecs().end());
    return CodecChain(std::move(codecs));
}

bool describes_volume(const std::string& info) {
    const Json document = parse_or_null(info);
    return document.is_object() && document.contains("scales");
}

bool has_scale(const std::string& info, std::string_view key) {
    const Json document = parse_or_null(info);
    if (!document.is_object() || !document.contains("scales") || !document["scales"].is_array()) return false;
    const Json& scales = document["scales"];
    return std::any_of(scales.begin(), scales.end(), [&](const Json& scale) {
        return scale.is_object() && scale.contains("key") && scale["key"] == key;
    });
}

ArrayMeta parse_precomputed(const std::string& info, const std::optional<std::string>& key) {
    const Json document = parse_json(info, "info");
    check_volume(document);
    const Json& scales = scales_of(document);
    const std::size_t place = find_scale(scales, key);
    const Json& scale = scales[place];
    const std::int64_t channels =
        as_integer_in(required(document, "num_channels", "info"), 1, largest_coordinate, "num_channels");
    const Index size = parse_xyz(required(scale, "size", "scale"), 0, "size");
    const Index chunk = parse_chunk(scale);
    ArrayMeta meta;
    meta.data_format = "neuroglancerPrecomputed";
    meta.dtype = parse_type(document);
    meta.shape = with_channels(channels, size);
    meta.axes = {"c", "x", "y", "z"};
    meta.block_shape = with_channels(channels, chunk);
    meta.shard_shape = meta.block_shape;
    (void)dense_bytes(meta.block_shape, meta.element_size(), ErrorKind::invalid_metadata);
    meta.order.strides = Index::filled(meta.shape.rank(), 0);
    meta.fill.size = meta.element_size();
    const auto details = parse_details(scale, grid_of(size, chunk), meta.element_size());
    set_codecs(meta, *details);
    meta.document = document_of(info, place);
    meta.details = details;
    return meta;
}

}  // namespace voxbrick
