// LZ4 blocks one after the other, each behind a header, as lz4-java's LZ4BlockOutputStream writes them.
//
// Made by: https://github.com/lz4/lz4-java, class LZ4BlockOutputStream
// Names: "lz4" in N5.
//
//   {"type": "lz4", "blockSize": 65536}
//
// A header: "LZ4Block", a byte (0x10 for raw bytes, 0x20 for LZ4, plus the level), then 4 bytes each in
// little-endian order: size of what follows, size of what it decodes to, and the low 28 bits of that's XXH32. A
// header of no bytes ends the stream. z5 has neither headers nor end: one LZ4 block, and its level as blockSize.
#include <algorithm>
#include <cstring>

#include "base/hash.hpp"
#include "base/little_endian.hpp"
#include "codec/bounds.hpp"
#include "codec/lz4.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr std::string_view magic = "LZ4Block";
constexpr std::size_t header_size = 21;
constexpr std::uint32_t seed = 0x9747b28c;
constexpr int smallest_block = 64;  // what lz4-java takes
constexpr int largest_block = 1 << 25;
constexpr int usual_block = 1 << 16;

enum class Method : unsigned { raw = 0x10, lz4 = 0x20 };

struct Header {
    Method method;
    std::uint32_t encoded_size;
    std::uint32_t decoded_size;
    std::uint32_t checksum;
};

bool has_magic(ByteView bytes) noexcept {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

std::uint32_t checksum_of(ByteView decoded) noexcept {
    return xxh32(decoded, seed) & 0x0fffffff;
}

Header read_header(ByteView bytes) {
    if (bytes.size() < header_size || !has_magic(bytes))
        fail(ErrorKind::corrupt, "lz4: a header is damaged or missing");
    const unsigned method = std::to_integer<unsigned>(bytes[magic.size()]) & 0xf0;
    if (method != static_cast<unsigned>(Method::raw) && method != static_cast<unsigned>(Method::lz4))
        fail(ErrorKind::corrupt, "lz4: a header has the unknown method ", method);
    return {static_cast<Method>(method), load_u32(bytes, 9), load_u32(bytes, 13), load_u32(bytes, 17)};
}

void write_header(MutableBytes out, const Header& header) {
    std::memcpy(out.data(), magic.data(), magic.size());
    out[magic.size()] = static_cast<std::byte>(header.method);
    store_u32(out, 9, header.encoded_size);
    store_u32(out, 13, header.decoded_size);
    store_u32(out, 17, header.checksum);
}

class Lz4StreamCodec final : public Codec {
  public:
    explicit Lz4StreamCodec(int block_size) : block_size_(static_cast<std::size_t>(block_size)) {}

    std::string_view name() const noexcept override { return "lz4"; }
    std::string configuration(Dialect) const override { return Json{{"blockSize", block_size_}}.dump(); }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        const std::size_t blocks = decoded_size / block_size_ + 1;
        return header_size + blocks * (header_size + block_->encoded_bound(block_size_));
    }

    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return block_->decoded_bound(encoded_size);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        std::size_t written = 0;
        while (!decoded.empty()) {
            const ByteView block = decoded.first(std::min(block_size_, decoded.size()));
            written += encode_block(block, out.subspan(written));
            decoded = decoded.subspan(block.size());
        }
        write_header(out.subspan(written), {Method::raw, 0, 0, 0});
        return written + header_size;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        return has_magic(encoded) ? decode_stream(encoded, out) : block_->decode(encoded, out);
    }

  private:
    std::size_t decode_stream(ByteView encoded, MutableBytes out) const {
        std::size_t written = 0;
        while (true) {
            const Header header = read_header(encoded);
            encoded = encoded.subspan(header_size);
            if (header.decoded_size == 0) break;
            if (header.encoded_size > encoded.size() || header.decoded_size > out.size() - written)
                fail(ErrorKind::corrupt, "lz4: a block of ", header.encoded_size, " bytes for ", header.decoded_size,
                     " where there are ", encoded.size(), " for ", out.size() - written);
            decode_block(header, encoded.first(header.encoded_size), out.subspan(written, header.decoded_size));
            encoded = encoded.subspan(header.encoded_size);
            written += header.decoded_size;
        }
        if (!encoded.empty()) fail(ErrorKind::corrupt, "lz4: ", encoded.size(), " bytes follow the end");
        return written;
    }

    std::size_t encode_block(ByteView block, MutableBytes out) const {
        const std::size_t size = block_->encode(block, out.subspan(header_size));
        write_header(out, {Method::lz4, static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(block.size()),
                           checksum_of(block)});
        return header_size + size;
    }

    void decode_block(const Header& header, ByteView encoded, MutableBytes out) const {
        const bool raw = header.method == Method::raw;
        if (raw && encoded.size() == out.size()) std::memcpy(out.data(), encoded.data(), out.size());
        const std::size_t size = raw ? encoded.size() : block_->decode(encoded, out);
        if (size != out.size() || checksum_of(out) != header.checksum)
            fail(ErrorKind::corrupt, "lz4: a block differs from its header");
    }

    CodecPtr block_ = make_lz4(false);
    std::size_t block_size_;
};

}  // namespace

CodecPtr make_lz4_stream(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"blockSize"}, settings.name);
    return std::make_shared<Lz4StreamCodec>(
        std::max(smallest_block, integer_setting(settings, "blockSize", 0, largest_block, usual_block)));
}

}  // namespace voxbrick
