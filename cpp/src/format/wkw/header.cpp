#include "format/wkw/header.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "format/little_endian.hpp"
#include "format/sizes.hpp"

namespace voxbrick {
namespace {

constexpr std::array<std::byte, 3> magic{std::byte{'W'}, std::byte{'K'}, std::byte{'W'}};
constexpr unsigned version = 1;
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

}  // namespace

std::string_view name_of(WkwBlockType type) noexcept {
    constexpr std::array<std::string_view, 4> names{"", "raw", "lz4", "lz4hc"};
    return names[static_cast<std::size_t>(type)];
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

}  // namespace voxbrick
