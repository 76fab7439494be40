#include "format/wkw/header.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "base/little_endian.hpp"
#include "codec/registry.hpp"
#include "format/shape.hpp"
#include "format/zarr/fill.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::array<std::byte, 3> magic{std::byte{'W'}, std::byte{'K'}, std::byte{'W'}};
constexpr unsigned version = 1;
constexpr std::size_t first_codec = 2;  // the block type of the first codec that WKW has
constexpr std::int64_t largest_voxel_size = 255;

// In the order of their codes, which begin at 1.
constexpr std::array voxel_types{DType::uint8,   DType::uint16, DType::uint32, DType::uint64, DType::float32,
                                 DType::float64, DType::int8,   DType::int16,  DType::int32,  DType::int64};

unsigned at(ByteView bytes, std::size_t offset) {
    return std::to_integer<unsigned>(bytes[offset]);
}

unsigned code_of(DType dtype) {
    const auto* found = std::find(voxel_types.begin(), voxel_types.end(), dtype);
    if (found == voxel_types.end()) {
        std::string known;
        for (const DType type : voxel_types) known += concat(known.empty() ? "" : ", ", name_of(type));
        fail(ErrorKind::unsupported, "WKW has no voxels of type ", name_of(dtype), "; it has ", known);
    }
    return static_cast<unsigned>(found - voxel_types.begin()) + 1;
}

std::byte log2_of_lengths(const WkwHeader& header) {
    const auto log2 = [](std::int64_t length) { return std::countr_zero(static_cast<std::uint64_t>(length)); };
    return static_cast<std::byte>(log2(header.block_len) | log2(header.file_len) << 4);
}

void check_length(std::string_view name, std::int64_t length) {
    if (length < 1 || length > WkwHeader::largest_length || !std::has_single_bit(static_cast<std::uint64_t>(length)))
        fail(ErrorKind::invalid_metadata, name, " ", length, " is not a power of two from 1 to ",
             WkwHeader::largest_length);
}

DType voxel_type(unsigned code) {
    if (code < 1 || code > voxel_types.size()) fail(ErrorKind::invalid_metadata, "unknown WKW voxel type ", code);
    return voxel_types[code - 1];
}

WkwBlockType block_type(unsigned code) {
    if (code < 1 || code > 3) fail(ErrorKind::invalid_metadata, "unknown WKW block type ", code);
    return static_cast<WkwBlockType>(code);
}

std::int64_t channel_count(unsigned voxel_size, DType dtype) {
    const std::size_t element = size_of(dtype);
    if (voxel_size == 0 || voxel_size % element != 0)
        fail(ErrorKind::invalid_metadata, "a voxel size of ", voxel_size, " bytes does not hold whole ", name_of(dtype),
             " elements of ", element, " bytes");
    return static_cast<std::int64_t>(voxel_size / element);
}

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
    for (const WkwBlockType type : {WkwBlockType::raw, WkwBlockType::fast, WkwBlockType::small})
        if (name_of(type) == name) return type;
    fail(ErrorKind::unsupported, "WKW blocks are ", name_of(WkwBlockType::raw), ", ", name_of(WkwBlockType::fast),
         " or ", name_of(WkwBlockType::small), ", not \"", name, "\"");
}

WkwBlockType default_block_type() {
    return block_type_named(parse_json(default_codec(Dialect::wkw), "codec")["name"]);
}

WkwBlockType block_type_of(const ArraySpec& spec) {
    if (spec.codecs.empty()) return spec.compress ? default_block_type() : WkwBlockType::raw;
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
    if (const Json* stated = optional(document, "version", "header"); stated != nullptr && *stated != version)
        fail(ErrorKind::unsupported, "WKW version ", stated->dump(), " is not supported, only version ", version);
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

std::string name_of(WkwBlockType type) {
    if (type == WkwBlockType::raw) return "raw";
    return std::string(codec_names(Dialect::wkw).at(static_cast<std::size_t>(type) - first_codec));
}

std::uint64_t WkwHeader::block_count() const noexcept {
    return static_cast<std::uint64_t>(file_len * file_len * file_len);
}

std::uint64_t WkwHeader::block_bytes() const noexcept {
    return static_cast<std::uint64_t>(voxel_size() * block_len * block_len * block_len);
}

std::int64_t WkwHeader::voxel_size() const noexcept {
    return channels * static_cast<std::int64_t>(size_of(dtype));
}

std::uint64_t WkwHeader::first_block() const noexcept {
    return size + (compressed() ? block_count() * sizeof(std::uint64_t) : 0);
}

std::array<std::byte, WkwHeader::size> WkwHeader::bytes() const noexcept {
    std::array<std::byte, size> bytes{};
    std::copy(magic.begin(), magic.end(), bytes.begin());
    bytes[3] = std::byte{version};
    bytes[4] = log2_of_lengths(*this);
    bytes[5] = static_cast<std::byte>(block_type);
    bytes[6] = static_cast<std::byte>(code_of(dtype));
    bytes[7] = static_cast<std::byte>(voxel_size());
    store_u64(bytes, 8, data_offset);
    return bytes;
}

WkwHeader parse_wkw_header(ByteView bytes) {
    if (bytes.size() < WkwHeader::size)
        fail(ErrorKind::invalid_metadata, "a WKW header has ", WkwHeader::size, " bytes, here are ", bytes.size());
    if (!std::equal(magic.begin(), magic.end(), bytes.begin()))
        fail(ErrorKind::invalid_metadata, "the first bytes are not \"WKW\"");
    if (at(bytes, 3) != version)
        fail(ErrorKind::unsupported, "WKW version ", at(bytes, 3), " is not supported, only version ", version);
    WkwHeader header;
    header.block_len = std::int64_t{1} << (at(bytes, 4) & 0xf);
    header.file_len = std::int64_t{1} << (at(bytes, 4) >> 4);
    header.block_type = block_type(at(bytes, 5));
    header.dtype = voxel_type(at(bytes, 6));
    header.channels = channel_count(at(bytes, 7), header.dtype);
    header.data_offset = load_u64(bytes, 8);
    check_wkw_header(header);
    return header;
}

void check_wkw_header(const WkwHeader& header) {
    (void)code_of(header.dtype);
    check_length("block_len", header.block_len);
    check_length("file_len", header.file_len);
    const auto element = static_cast<std::int64_t>(size_of(header.dtype));
    if (header.channels < 1 || header.channels > largest_voxel_size / element)
        fail(ErrorKind::invalid_metadata, "WKW holds 1 to ", largest_voxel_size / element, " channels of ",
             name_of(header.dtype), ", not ", header.channels);
    const std::int64_t side = header.side();
    (void)dense_bytes({header.channels, side, side, side}, size_of(header.dtype), ErrorKind::unsupported);
}

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
