// DEFLATE in its two wrappers, gzip and zlib.
//
// Specifications: RFC 1951 (DEFLATE), RFC 1952 (gzip), RFC 1950 (zlib).
// Names: "gzip" in Zarr v3, Zarr v2 and N5, "zlib" in Zarr v2.
//
//   {"name": "gzip", "configuration": {"level": 6}}     Zarr v3; level 0 ... 9
//   {"id": "zlib", "level": 1}                          Zarr v2; level -1 (automatic) ... 9
//   {"type": "gzip", "level": -1, "useZlib": false}     N5; either wrapper
//
// Both wrappers carry a checksum of the decoded bytes, so damage does not pass unnoticed.
#include "codec/gzip.hpp"

#include <libdeflate.h>

#include <array>

#include "codec/bounds.hpp"
#include "codec/library_handle.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

struct DeflateWrapper {
    std::string_view name;
    decltype(&libdeflate_gzip_compress_bound) bound;
    decltype(&libdeflate_gzip_compress) compress;
    decltype(&libdeflate_gzip_decompress_ex) decompress;
    bool repeats;  // several members may follow each other
};

constexpr DeflateWrapper gzip_wrapper{"gzip", libdeflate_gzip_compress_bound, libdeflate_gzip_compress,
                                      libdeflate_gzip_decompress_ex, true};
constexpr DeflateWrapper zlib_wrapper{"zlib", libdeflate_zlib_compress_bound, libdeflate_zlib_compress,
                                      libdeflate_zlib_decompress_ex, false};

constexpr int highest_level = 9;
constexpr int automatic_level = 6;

using Compressor = LibraryHandle<libdeflate_compressor, libdeflate_free_compressor>;
using Decompressor = LibraryHandle<libdeflate_decompressor, libdeflate_free_decompressor>;

// Compressors are large and their level is fixed, so that each thread keeps one for each level it met.
libdeflate_compressor* thread_compressor(int level) {
    thread_local std::array<Compressor, highest_level + 1> compressors;
    Compressor& compressor = compressors.at(static_cast<std::size_t>(level));
    if (!compressor) compressor.reset(allocated(libdeflate_alloc_compressor(level)));
    return compressor.get();
}

libdeflate_decompressor* thread_decompressor() {
    thread_local const Decompressor decompressor(allocated(libdeflate_alloc_decompressor()));
    return decompressor.get();
}

class DeflateCodec final : public Codec {
  public:
    DeflateCodec(const DeflateWrapper& wrapper, int level) : wrapper_(wrapper), level_(level) {}

    std::string_view name() const noexcept override { return wrapper_.name; }
    std::string configuration(Dialect) const override { return Json{{"level", level_}}.dump(); }

    std::size_t encoded_bound(std::size_t decoded_size) const override { return wrapper_.bound(nullptr, decoded_size); }

    // DEFLATE's best: two bits that stand for a match of 258 bytes.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return saturating_product(encoded_size, 1032);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        const std::size_t written = wrapper_.compress(thread_compressor(level_ < 0 ? automatic_level : level_),
                                                      decoded.data(), decoded.size(), out.data(), out.size());
        if (written == 0) fail(ErrorKind::invalid_argument, name(), ": ", out.size(), " bytes are too few to encode");
        return written;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        std::size_t written = 0;
        do {
            const Progress member = decode_member(encoded, out.subspan(written));
            written += member.written;
            encoded = encoded.subspan(member.read);
        } while (wrapper_.repeats && !encoded.empty());
        if (!encoded.empty()) fail(ErrorKind::corrupt, name(), ": ", encoded.size(), " bytes follow the end");
        return written;
    }

  private:
    struct Progress {
        std::size_t read = 0;
        std::size_t written = 0;
    };

    Progress decode_member(ByteView encoded, MutableBytes out) const {
        Progress progress;
        const libdeflate_result result = wrapper_.decompress(thread_decompressor(), encoded.data(), encoded.size(),
                                                             out.data(), out.size(), &progress.read, &progress.written);
        if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
            fail(ErrorKind::corrupt, name(), ": decodes to more than the expected size");
        }
        if (result != LIBDEFLATE_SUCCESS) fail(ErrorKind::corrupt, name(), ": damaged or incomplete data");
        return progress;
    }

    const DeflateWrapper& wrapper_;
    int level_;  // below zero: automatic
};

CodecPtr make_either(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"level", "useZlib"}, settings.name);
    const Json* zlib = optional(settings.configuration, "useZlib", settings.name);
    const bool uses_zlib = zlib != nullptr && as_bool(*zlib, place_of(settings, "useZlib"));
    return std::make_shared<DeflateCodec>(uses_zlib ? zlib_wrapper : gzip_wrapper,
                                          integer_setting(settings, "level", -1, highest_level, -1));
}

}  // namespace

CodecPtr make_gzip(const CodecSettings& settings) {
    if (settings.dialect == Dialect::n5) return make_either(settings);
    refuse_unknown_keys(settings.configuration, {"level"}, settings.name);
    const int level = integer_setting(settings, "level", 0, highest_level, 1);
    return std::make_shared<DeflateCodec>(gzip_wrapper, level);
}

CodecPtr make_zlib(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"level"}, settings.name);
    const int level = integer_setting(settings, "level", -1, highest_level, 1);
    return std::make_shared<DeflateCodec>(zlib_wrapper, level);
}

std::size_t compress_zlib(ByteView decoded, MutableBytes out, int level) {
    return libdeflate_zlib_compress(thread_compressor(level), decoded.data(), decoded.size(), out.data(), out.size());
}

}  // namespace voxbrick
