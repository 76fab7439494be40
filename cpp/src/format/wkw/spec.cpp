#include "format/wkw/spec.hpp"

#include <algorithm>

#include "format/zarr/fill.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// The reference implementation carries lengths in one byte.
constexpr std::int64_t largest_new_length = 128;
constexpr std::int64_t default_length = 32;

template <class... Parts>
void demand(bool condition, const Parts&... parts) {
    if (!condition) fail(ErrorKind::invalid_argument, parts...);
}

// The one number of a cube's shape: (32, 32, 32) or (32).
std::int64_t side_of(const Index& shape, std::string_view name) {
    const bool cube = std::all_of(shape.begin(), shape.end(), [&](std::int64_t side) { return side == shape[0]; });
    demand(cube && (shape.rank() == 1 || shape.rank() == 3), name, " ", shape, " is no cube; WKW has cubes only");
    return shape[0];
}

std::int64_t block_len_of(const ArraySpec& spec) {
    return spec.chunk_shape.rank() == 0 ? default_length : side_of(spec.chunk_shape, "chunk_shape");
}

std::int64_t file_len_of(const ArraySpec& spec, std::int64_t block_len) {
    if (spec.shard_shape.rank() == 0) return default_length;
    const std::int64_t side = side_of(spec.shard_shape, "shard_shape");
    demand(block_len > 0 && side % block_len == 0, "shard_shape ", spec.shard_shape, " is no multiple of chunk_shape ",
           spec.chunk_shape);
    return side / block_len;
}

void check_new_length(std::int64_t length, std::string_view what) {
    demand(length <= largest_new_length, what, " ", length, " is more than other programs can read; use at most ",
           largest_new_length);
}

WkwBlockType block_type_named(const std::string& name) {
    for (const WkwBlockType type : {WkwBlockType::raw, WkwBlockType::lz4, WkwBlockType::lz4hc})
        if (name_of(type) == name) return type;
    fail(ErrorKind::unsupported, "WKW blocks are raw, lz4 or lz4hc, not \"", name, "\"");
}

WkwBlockType block_type_of(const ArraySpec& spec) {
    if (spec.codecs.empty()) return spec.compress ? WkwBlockType::lz4hc : WkwBlockType::raw;
    const Json codecs = parse_json(spec.codecs, "codecs");
    demand(codecs.is_array() && codecs.size() <= 1, "WKW takes a list of at most one codec, not ", spec.codecs);
    if (codecs.empty()) return WkwBlockType::raw;
    return block_type_named(as_string(required(codecs[0], "name", "codecs"), "codec name"));
}

void check_absent_members(const ArraySpec& spec) {
    const bool usual_axes = spec.axes.empty() || spec.axes == std::vector<std::string>{"c", "x", "y", "z"};
    demand(usual_axes, "WKW arrays have the axes c, x, y, z");
    demand(spec.shape.rank() == 0, "WKW arrays have no shape; leave it out");
    demand(spec.chunk_key_encoding.empty(), "WKW has no chunk_key_encoding; leave it out");
    demand(spec.attributes.empty(), "WKW has no attributes; leave them out");
    const Json fill = lenient_fill(parse_json(spec.fill_value, "fill_value"), spec.dtype);
    demand(parse_fill(fill, spec.dtype).is_zero(), "WKW arrays are filled with 0, not ", spec.fill_value);
}

WkwHeader from_keywords(const ArraySpec& spec) {
    WkwHeader header;
    header.block_len = block_len_of(spec);
    header.file_len = file_len_of(spec, header.block_len);
    header.block_type = block_type_of(spec);
    header.dtype = spec.dtype;
    header.channels = spec.num_channels;
    check_wkw_header(header);
    check_new_length(header.block_len, "a chunk length of");
    check_new_length(header.file_len, "a shard's chunks along a side,");
    check_absent_members(spec);
    return header;
}

DType dtype_named(const std::string& name) {
    const auto dtype = dtype_from_name(name);
    if (!dtype) fail(ErrorKind::unsupported, "there is no voxel type \"", name, "\"");
    return *dtype;
}

// The channels, said as num_channels, as voxel_size or as both.
std::int64_t channels_in(const Json& document, DType dtype) {
    const auto element = static_cast<std::int64_t>(size_of(dtype));
    const Json* channels = optional(document, "num_channels", "header");
    const Json* voxel_size = optional(document, "voxel_size", "header");
    if (voxel_size == nullptr) return channels == nullptr ? 1 : as_integer(*channels, "num_channels");
    const std::int64_t bytes = as_integer(*voxel_size, "voxel_size");
    const std::int64_t count = channels == nullptr ? bytes / element : as_integer(*channels, "num_channels");
    demand(count >= 0 && count <= bytes && count * element == bytes, "a voxel_size of ", bytes, " bytes does not hold ",
           count, " channels of ", name_of(dtype));
    return count;
}

WkwHeader from_document(const Json& document) {
    refuse_unknown_keys(document,
                        {"version", "block_len", "file_len", "block_type", "voxel_type", "num_channels", "voxel_size"},
                        "header");
    if (const Json* version = optional(document, "version", "header"); version != nullptr && *version != 1)
        fail(ErrorKind::unsupported, "WKW version ", version->dump(), " is not supported, only version 1");
    const auto length = [&](std::string_view key) { return as_integer(required(document, key, "header"), key); };
    const auto text = [&](std::string_view key) { return as_string(required(document, key, "header"), key); };
    WkwHeader header;
    header.block_len = length("block_len");
    header.file_len = length("file_len");
    header.block_type = block_type_named(text("block_type"));
    header.dtype = dtype_named(text("voxel_type"));
    header.channels = channels_in(document, header.dtype);
    check_wkw_header(header);
    return header;
}

}  // namespace

WkwHeader wkw_header_of(const ArraySpec& spec) {
    return spec.metadata.empty() ? from_keywords(spec) : from_document(parse_json(spec.metadata, "metadata"));
}

OrderedJson wkw_document(const WkwHeader& header) {
    return {{"version", 1},
            {"block_len", header.block_len},
            {"file_len", header.file_len},
            {"block_type", name_of(header.block_type)},
            {"voxel_type", name_of(header.dtype)},
            {"num_channels", header.channels},
            {"voxel_size", header.voxel_size()}};
}

}  // namespace voxbrick
