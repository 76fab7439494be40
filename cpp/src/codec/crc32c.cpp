// CRC-32C: the bytes themselves, followed by their checksum (4 bytes, little-endian).
//
// Specification: RFC 3720, appendix B.4; https://zarr-specs.readthedocs.io/en/latest/v3/codecs/crc32c/index.html
// Names: "crc32c" in Zarr v3.
//
//   {"name": "crc32c"}
#include "codec/crc32c.hpp"

#include <array>
#include <bit>
#include <cstring>

#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

#if defined(__x86_64__) && defined(__GNUC__)
#define VOXBRICK_CRC32C_INSTRUCTION
#include <nmmintrin.h>
#endif

namespace voxbrick {

namespace {

constexpr std::size_t checksum_size = 4;
constexpr std::uint32_t reflected_polynomial = 0x82f63b78;

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// tables[k][b] is the checksum of byte b followed by k zero bytes.
constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? reflected_polynomial : 0);
        tables[0][byte] = crc;
    }
    for (std::size_t k = 1; k < tables.size(); ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[k - 1][byte];
            tables[k][byte] = before >> 8 ^ tables[0][before & 0xff];
        }
    }
    return tables;
}

constexpr Tables tables = make_tables();

std::uint8_t byte_at(ByteView bytes, std::size_t i) {
    return std::to_integer<std::uint8_t>(bytes[i]);
}

std::uint32_t step(std::uint32_t crc, std::uint8_t byte) {
    return crc >> 8 ^ tables[0][(crc ^ byte) & 0xff];
}

// Eight bytes at once: the first four meet the checksum so far, then each of the eight goes to its own table.
std::uint32_t step_eight(std::uint32_t crc, ByteView eight) {
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        const std::uint32_t so_far = i < 4 ? crc >> (8 * i) & 0xff : 0;
        next ^= tables[7 - i][so_far ^ byte_at(eight, i)];
    }
    return next;
}

#ifdef VOXBRICK_CRC32C_INSTRUCTION
__attribute__((target("sse4.2,crc32"))) std::uint32_t crc32c_from_instruction(ByteView bytes) noexcept {
    std::uint64_t crc = ~std::uint32_t{0};
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data(), 8);
        crc = _mm_crc32_u64(crc, word);
    }
    auto rest = static_cast<std::uint32_t>(crc);
    for (const std::byte byte : bytes) rest = _mm_crc32_u8(rest, std::to_integer<std::uint8_t>(byte));
    return ~rest;
}
#endif

std::uint32_t read_checksum(ByteView bytes) {
    std::uint32_t checksum = 0;
    for (std::size_t i = checksum_size; i-- > 0;) checksum = checksum << 8 | byte_at(bytes, i);
    return checksum;
}

void write_checksum(std::uint32_t checksum, MutableBytes out) {
    for (std::size_t i = 0; i < checksum_size; ++i) out[i] = static_cast<std::byte>(checksum >> (8 * i));
}

void copy(ByteView from, MutableBytes to) {
    if (!from.empty()) std::memcpy(to.data(), from.data(), from.size());
}

class Crc32cCodec final : public Codec {
  public:
    std::string_view name() const noexcept override { return "crc32c"; }
    bool compresses() const noexcept override { return false; }

    std::size_t encoded_bound(std::size_t decoded_size) const override { return decoded_size + checksum_size; }

    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return encoded_size < checksum_size ? 0 : encoded_size - checksum_size;
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        copy(decoded, out);
        write_checksum(crc32c(decoded), out.subspan(decoded.size(), checksum_size));
        return decoded.size() + checksum_size;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        const ByteView payload = encoded.first(decoded_bound(encoded.size()));
        check(payload, encoded.subspan(payload.size()));
        if (payload.size() > out.size()) {
            fail(ErrorKind::corrupt, "crc32c: decodes to ", payload.size(), " bytes, expected ", out.size());
        }
        copy(payload, out);
        return payload.size();
    }

  private:
    static void check(ByteView payload, ByteView checksum) {
        if (checksum.size() < checksum_size) {
            fail(ErrorKind::corrupt, "crc32c: ", checksum.size(), " bytes are less than a checksum");
        }
        if (read_checksum(checksum) != crc32c(payload)) fail(ErrorKind::corrupt, "crc32c: the checksum does not match");
    }
};

}  // namespace

std::uint32_t crc32c_from_tables(ByteView bytes) noexcept {
    std::uint32_t crc = ~std::uint32_t{0};
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) crc = step_eight(crc, bytes.first(8));
    for (const std::byte byte : bytes) crc = step(crc, std::to_integer<std::uint8_t>(byte));
    return ~crc;
}

std::uint32_t crc32c(ByteView bytes) noexcept {
#ifdef VOXBRICK_CRC32C_INSTRUCTION
    if (__builtin_cpu_supports("sse4.2")) return crc32c_from_instruction(bytes);
#endif
    return crc32c_from_tables(bytes);
}

CodecPtr make_crc32c(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {}, settings.name);
    return std::make_shared<Crc32cCodec>();
}

}  // namespace voxbrick
