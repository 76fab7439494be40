// Raw LZ4 blocks: no magic, no size, no checksum.
//
// Specification: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
// Names: block types 2 (fast) and 3 (high compression, level 9) of a WKW header. No JSON.
#include "codec/lz4.hpp"

#include <lz4.h>
#include <lz4hc.h>

#include <algorithm>

#include "codec/bounds.hpp"
#include "codec/library_handle.hpp"
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

class Lz4Codec final : public Codec {
  public:
    explicit Lz4Codec(bool high_compression) : high_compression_(high_compression) {}

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

}  // namespace

CodecPtr make_lz4(bool high_compression) {
    return std::make_shared<Lz4Codec>(high_compression);
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
