// bzip2 streams.
//
// Made by: https://sourceware.org/bzip2/
// Names: "bz2" in Zarr v2, "bzip2" in N5.
//
//   {"id": "bz2", "level": 1}
//   {"type": "bzip2", "blockSize": 9}
//
// Level 1 ... 9, the size of its own blocks in units of 100 kB. Several streams may follow each other. Every
// block carries a checksum of the decoded bytes.
#define BZ_NO_STDIO
#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "codec/bounds.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int highest_level = 9;
constexpr std::size_t largest_size = std::numeric_limits<unsigned>::max();
constexpr std::size_t smallest_block = 16;
// A block of 900000 bytes in which each 5 stand for a run of 259.
constexpr std::size_t largest_block = 900000 / 5 * 259;

char* chars(ByteView bytes) {
    return const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));  // the library only reads them
}
char* chars(MutableBytes bytes) {
    return reinterpret_cast<char*>(bytes.data());
}
unsigned count(std::size_t size) {
    return static_cast<unsigned>(std::min(size, largest_size));
}

// A stream being decoded; lets go of the library's memory at the end.
class Bz2Stream {
  public:
    Bz2Stream(ByteView encoded, MutableBytes out) {
        if (BZ2_bzDecompressInit(&state_, 0, 0) != BZ_OK) throw std::bad_alloc();
        state_.next_in = chars(encoded);
        state_.avail_in = count(encoded.size());
        state_.next_out = chars(out);
        state_.avail_out = count(out.size());
    }
    Bz2Stream(const Bz2Stream&) = delete;
    Bz2Stream& operator=(const Bz2Stream&) = delete;
    ~Bz2Stream() { BZ2_bzDecompressEnd(&state_); }

    void decode() {
        const int result = BZ2_bzDecompress(&state_);
        if (result == BZ_STREAM_END) return;
        if (result == BZ_MEM_ERROR) throw std::bad_alloc();
        const bool full = result == BZ_OK && state_.avail_out == 0;
        fail(ErrorKind::corrupt,
             full ? "bz2: decodes to more than the expected size" : "bz2: damaged or incomplete data");
    }

    [[nodiscard]] std::size_t left_in() const noexcept { return state_.avail_in; }
    [[nodiscard]] std::size_t left_out() const noexcept { return state_.avail_out; }

  private:
    bz_stream state_{};
};

class Bz2Codec final : public Codec {
  public:
    explicit Bz2Codec(int level) : level_(level) {}

    std::string_view name() const noexcept override { return "bz2"; }
    std::string configuration(Dialect) const override { return Json{{"level", level_}}.dump(); }

    // As the library's manual promises: one hundredth and 600 bytes more.
    std::size_t encoded_bound(std::size_t decoded_size) const override {
        if (decoded_size > largest_size / 2)
            fail(ErrorKind::unsupported, "bz2: a block of ", decoded_size, " bytes is over the limit of ",
                 largest_size / 2);
        return decoded_size + decoded_size / 100 + 601;
    }

    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return saturating_product(encoded_size / smallest_block, largest_block);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        unsigned written = count(out.size());
        const int result =
            BZ2_bzBuffToBuffCompress(chars(out), &written, chars(decoded), count(decoded.size()), level_, 0, 0);
        if (result == BZ_MEM_ERROR) throw std::bad_alloc();
        if (result != BZ_OK) fail(ErrorKind::invalid_argument, "bz2: ", out.size(), " bytes are too few to encode");
        return written;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (encoded.size() > largest_size || out.size() > largest_size)
            fail(ErrorKind::unsupported, "bz2: blocks of more than ", largest_size, " bytes");
        std::size_t left = out.size();
        do {
            Bz2Stream stream(encoded, out.last(left));
            stream.decode();
            encoded = encoded.last(stream.left_in());
            left = stream.left_out();
        } while (!encoded.empty());
        return out.size() - left;
    }

  private:
    int level_;
};

}  // namespace

CodecPtr make_bz2(const CodecSettings& settings) {
    const bool n5 = settings.dialect == Dialect::n5;
    const std::string_view level = n5 ? "blockSize" : "level";
    refuse_unknown_keys(settings.configuration, {level}, settings.name);
    return std::make_shared<Bz2Codec>(integer_setting(settings, level, 1, highest_level, n5 ? highest_level : 1));
}

}  // namespace voxbrick
