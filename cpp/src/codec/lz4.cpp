// LZ4 blocks: on their own, behind their decoded size, and in the stream of lz4-java. (LZ4's own frame format is used
// by none of the formats.)
//
// Specification of a block: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
// It has no magic, no size, no checksum.
//
// On its own: "lz4" (fast) and "lz4hc" (high compression, level 9) in WKW, block types 2 and 3 of a header. No JSON.
//
// Behind its decoded size, 4 bytes in little-endian order: "lz4" in Zarr v2. There is no checksum.
// Made by: https://numcodecs.readthedocs.io/en/stable/compression/lz4.html
//
//   {"id": "lz4", "acceleration": 1}
//
// The acceleration is a hint to those who compress, and is not followed here.
//
// In a stream, blocks each behind a header: "lz4" in N5.
// Made by: https://github.com/lz4/lz4-java, class LZ4BlockOutputStream
//
//   {"type": "lz4", "blockSize": 65536}
//
// A header: "LZ4Block", a byte (0x10 for raw bytes, 0x20 for LZ4, plus the level), then 4 bytes each in
// little-endian order: size of what follows, size of what it decodes to, and the low 28 bits of that's XXH32. A
// header of no bytes ends the stream. z5 has neither headers nor end: one LZ4 block, and its level as blockSize.
#include "codec/lz4.hpp"

#include <lz4.h>
#include <lz4hc.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/hash.hpp"
#include "base/little_endian.hpp"
#include "codec/bounds.hpp"
#include "codec/library_handle.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int high_compression_level = 9;

// A stream that begins anew. Its quarter megabyte of tables need not be cleared for each block.
LZ4_streamHC_t* fresh_stream(int level) {
    thread_local const LibraryHandle<LZ4_streamHC_t, LZ4_freeStreamHC> stream(allocated(LZ4_createStreamHC()));
    LZ4_resetStreamHC_fast(stream.get(), level);
    return stream.get();
}

const char* chars(ByteView bytes) {
    return reinterpret_cast<const char*>(bytes.data());
}
char* chars(MutableBytes bytes) {
    return reinterpret_cast<char*>(bytes.data());
}

// LZ4 counts in int and never uses more than its own bound, so that larger room is simply left.
int capacity(std::size_t size) {
    return static_cast<int>(std::min(size, static_cast<std::size_t>(LZ4_COMPRESSBOUND(LZ4_MAX_INPUT_SIZE))));
}

class Lz4BlockCodec final : public Codec {
  public:
    explicit Lz4BlockCodec(bool high_compression) : high_compression_(high_compression) {}

    std::string_view name() const noexcept override { return "lz4"; }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        if (decoded_size > LZ4_MAX_INPUT_SIZE) {
            fail(ErrorKind::unsupported, "lz4: a block of ", decoded_size, " bytes is over the limit of ",
                 LZ4_MAX_INPUT_SIZE);
        }
        return static_cast<std::size_t>(LZ4_compressBound(static_cast<int>(decoded_size)));
    }

    // LZ4's best: every further byte of a match's length stands for 255 bytes.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return saturating_product(encoded_size, 255);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        const std::size_t written =
            high_compression_ ? compress_lz4hc(decoded, out, high_compression_level) : compress_lz4(decoded, out, 1);
        if (written == 0) fail(ErrorKind::invalid_argument, "lz4: ", out.size(), " bytes are too few to encode");
        return written;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (encoded.size() > LZ4_COMPRESSBOUND(LZ4_MAX_INPUT_SIZE)) {
            fail(ErrorKind::corrupt, "lz4: ", encoded.size(), " bytes are more than a block can have");
        }
        const int written =
            LZ4_decompress_safe(chars(encoded), chars(out), static_cast<int>(encoded.size()), capacity(out.size()));
        if (written < 0)
            fail(ErrorKind::corrupt, "lz4: damaged data, or more than the expected ", out.size(), " bytes");
        return static_cast<std::size_t>(written);
    }

  private:
    bool high_compression_;
};

CodecPtr make_block(bool high_compression) {
    return std::make_shared<Lz4BlockCodec>(high_compression);
}

constexpr std::size_t prefix_size = 4;

class Lz4SizedCodec final : public Codec {
  public:
    explicit Lz4SizedCodec(int acceleration) : acceleration_(acceleration) {}

    std::string_view name() const noexcept override { return "lz4"; }
    std::string configuration(Dialect) const override { return Json{{"acceleration", acceleration_}}.dump(); }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        return prefix_size + block_->encoded_bound(decoded_size);
    }

    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return block_->decoded_bound(encoded_size);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        store_u32(out, 0, static_cast<std::uint32_t>(decoded.size()));
        return prefix_size + block_->encode(decoded, out.subspan(prefix_size));
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (encoded.size() < prefix_size)
            fail(ErrorKind::corrupt, "lz4: ", encoded.size(), " bytes are less than a size");
        const std::size_t promised = load_u32(encoded, 0);
        const std::size_t written = block_->decode(encoded.subspan(prefix_size), out);
        if (written != promised)
            fail(ErrorKind::corrupt, "lz4: decodes to ", written, " bytes where ", promised, " are promised");
        return written;
    }

  private:
    CodecPtr block_ = make_block(false);
    int acceleration_;
};

constexpr std::string_view magic = "LZ4Block";
constexpr std::size_t header_size = 21;
constexpr std::uint32_t seed = 0x9747b28c;
constexpr int smallest_block = 64;  // what lz4-java takes
constexpr int largest_block = 1 << 25;
constexpr int usual_block = 1 << 16;

enum class Method : unsigned { raw = 0x10, lz4 = 0x20 };

struct Lz4JavaHeader {
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

Lz4JavaHeader read_header(ByteView bytes) {
    if (bytes.size() < header_size || !has_magic(bytes))
        fail(ErrorKind::corrupt, "lz4: a header is damaged or missing");
    const unsigned method = std::to_integer<unsigned>(bytes[magic.size()]) & 0xf0;
    if (method != static_cast<unsigned>(Method::raw) && method != static_cast<unsigned>(Method::lz4))
        fail(ErrorKind::corrupt, "lz4: a header has the unknown method ", method);
    return {static_cast<Method>(method), load_u32(bytes, 9), load_u32(bytes, 13), load_u32(bytes, 17)};
}

void write_header(MutableBytes out, const Lz4JavaHeader& header) {
    std::memcpy(out.data(), magic.data(), magic.size());
    out[magic.size()] = static_cast<std::byte>(header.method);
    store_u32(out, 9, header.encoded_size);
    store_u32(out, 13, header.decoded_size);
    store_u32(out, 17, header.checksum);
}

class Lz4JavaCodec final : public Codec {
  public:
    explicit Lz4JavaCodec(int block_size) : block_size_(static_cast<std::size_t>(block_size)) {}

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
            const Lz4JavaHeader header = read_header(encoded);
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

    void decode_block(const Lz4JavaHeader& header, ByteView encoded, MutableBytes out) const {
        const bool raw = header.method == Method::raw;
        if (raw && encoded.size() == out.size()) std::memcpy(out.data(), encoded.data(), out.size());
        const std::size_t size = raw ? encoded.size() : block_->decode(encoded, out);
        if (size != out.size() || checksum_of(out) != header.checksum)
            fail(ErrorKind::corrupt, "lz4: a block differs from its header");
    }

    CodecPtr block_ = make_block(false);
    std::size_t block_size_;
};

}  // namespace

CodecPtr make_lz4_block(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {}, settings.name);
    return make_block(false);
}

CodecPtr make_lz4hc_block(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {}, settings.name);
    return make_block(true);
}

CodecPtr make_lz4_sized(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"acceleration"}, settings.name);
    constexpr int any = std::numeric_limits<int>::max();
    return std::make_shared<Lz4SizedCodec>(integer_setting(settings, "acceleration", -any, any, 1));
}

CodecPtr make_lz4_java(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"blockSize"}, settings.name);
    return std::make_shared<Lz4JavaCodec>(
        std::max(smallest_block, integer_setting(settings, "blockSize", 0, largest_block, usual_block)));
}

std::size_t compress_lz4(ByteView decoded, MutableBytes out, int acceleration) {
    const int size = static_cast<int>(decoded.size());
    const int written = LZ4_compress_fast(chars(decoded), chars(out), size, capacity(out.size()), acceleration);
    return static_cast<std::size_t>(std::max(written, 0));
}

std::size_t compress_lz4hc(ByteView decoded, MutableBytes out, int level) {
    const int size = static_cast<int>(decoded.size());
    const int written =
        LZ4_compress_HC_continue(fresh_stream(level), chars(decoded), chars(out), size, capacity(out.size()));
    return static_cast<std::size_t>(std::max(written, 0));
}

}  // namespace voxbrick
