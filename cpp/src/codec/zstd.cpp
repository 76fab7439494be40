// Zstandard.
//
// Specification: RFC 8878. Names: "zstd" in Zarr v3, Zarr v2 and N5.
//
//   {"name": "zstd", "configuration": {"level": 5, "checksum": true}}
//   {"type": "zstd", "level": 3, "nbWorkers": 0}
//
// Level -131072 ... 22, checksum false by default. Several frames may follow each other, and a frame need not
// say how much it decodes to.
//
// A level is the most effort that is made. At the middle ones noise, such as the grain of microscopes, gets less:
// its few matches are short, and found as well by the first look (DECISIONS, "Zstandard levels").
#include "codec/zstd.hpp"

#include <zstd.h>

#include "codec/bounds.hpp"
#include "codec/library_handle.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int lowest_level = -131072;
constexpr std::size_t largest_block = std::size_t{128} << 10;

// Noise is told by the middle of a block, when that stays larger than 0.62 of what it was. Fixed by real volumes:
// they lie clearly on either side.
constexpr int lowest_middle_level = 3;
constexpr int highest_middle_level = 6;
constexpr std::size_t sample_size = 4096;
constexpr std::size_t smallest_sampled = 4 * sample_size;
constexpr double noise_ratio = 0.62;

// Contexts hold megabytes of tables; each thread keeps one of each kind.
ZSTD_CCtx* thread_compressor() {
    thread_local const LibraryHandle<ZSTD_CCtx, ZSTD_freeCCtx> context(allocated(ZSTD_createCCtx()));
    return context.get();
}

ZSTD_DCtx* thread_decompressor() {
    thread_local const LibraryHandle<ZSTD_DCtx, ZSTD_freeDCtx> context(allocated(ZSTD_createDCtx()));
    return context.get();
}

std::size_t checked(std::size_t result, ErrorKind kind) {
    if (ZSTD_isError(result)) fail(kind, "zstd: ", ZSTD_getErrorName(result));
    return result;
}

class ZstdCodec final : public Codec {
  public:
    ZstdCodec(int level, bool checksum) : level_(level), checksum_(checksum) {}

    std::string_view name() const noexcept override { return "zstd"; }

    std::string configuration(Dialect) const override {
        return Json{{"level", level_}, {"checksum", checksum_}}.dump();
    }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        return checked(ZSTD_compressBound(decoded_size), ErrorKind::unsupported);
    }

    // Zstandard's best: four bytes that stand for a block of one repeated byte.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return saturating_product(encoded_size / 4, largest_block);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        const bool brief = is_middle() && is_noise(decoded, out);
        ZSTD_CCtx* context = fresh_compressor();
        set(context, ZSTD_c_checksumFlag, checksum_ ? 1 : 0);
        if (brief)
            search_briefly(context);
        else
            set(context, ZSTD_c_compressionLevel, level_);
        return compressed(context, decoded, out);
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (encoded.empty()) fail(ErrorKind::corrupt, "zstd: no data");
        return checked(
            ZSTD_decompressDCtx(thread_decompressor(), out.data(), out.size(), encoded.data(), encoded.size()),
            ErrorKind::corrupt);
    }

  private:
    bool is_middle() const noexcept { return level_ >= lowest_middle_level && level_ <= highest_middle_level; }

    // The same for the same bytes, whoever asks.
    static bool is_noise(ByteView decoded, MutableBytes scratch) {
        if (decoded.size() < smallest_sampled) return false;
        ZSTD_CCtx* context = fresh_compressor();
        search_briefly(context);
        const ByteView sample = decoded.subspan((decoded.size() - sample_size) / 2, sample_size);
        return static_cast<double>(compressed(context, sample, scratch)) > noise_ratio * sample_size;
    }

    // One look at a large table, for matches from four bytes on.
    static void search_briefly(ZSTD_CCtx* context) {
        set(context, ZSTD_c_compressionLevel, 1);
        set(context, ZSTD_c_strategy, ZSTD_fast);
        set(context, ZSTD_c_minMatch, 4);
        set(context, ZSTD_c_hashLog, 16);
    }

    static std::size_t compressed(ZSTD_CCtx* context, ByteView decoded, MutableBytes out) {
        return checked(ZSTD_compress2(context, out.data(), out.size(), decoded.data(), decoded.size()),
                       ErrorKind::invalid_argument);
    }

    // With all parameters at their defaults.
    static ZSTD_CCtx* fresh_compressor() {
        ZSTD_CCtx* context = thread_compressor();
        checked(ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters), ErrorKind::invalid_argument);
        return context;
    }

    static void set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
        checked(ZSTD_CCtx_setParameter(context, parameter, value), ErrorKind::invalid_argument);
    }

    int level_;
    bool checksum_;
};

bool checksum_of(const CodecSettings& settings) {
    const Json* checksum = optional(settings.configuration, "checksum", settings.name);
    return checksum != nullptr && as_bool(*checksum, place_of(settings, "checksum"));
}

}  // namespace

CodecPtr make_zstd(const CodecSettings& settings) {
    if (settings.dialect == Dialect::n5)
        refuse_unknown_keys(settings.configuration, {"level", "nbWorkers"}, settings.name);
    else
        refuse_unknown_keys(settings.configuration, {"level", "checksum"}, settings.name);
    const int level = integer_setting(settings, "level", lowest_level, highest_zstd_level, 0);
    return std::make_shared<ZstdCodec>(level, checksum_of(settings));
}

std::size_t compress_zstd(ByteView decoded, MutableBytes out, int level) {
    const std::size_t written =
        ZSTD_compressCCtx(thread_compressor(), out.data(), out.size(), decoded.data(), decoded.size(), level);
    return ZSTD_isError(written) ? 0 : written;
}

}  // namespace voxbrick
