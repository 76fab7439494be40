// LZMA in three wrappers: xz, the older one-filter "alone", and none ("raw").
//
// Specification: https://tukaani.org/xz/xz-file-format.txt
// Made by: https://numcodecs.readthedocs.io/en/stable/compression/lzma.html
// Names: "lzma" in Zarr v2, "xz" in N5.
//
//   {"id": "lzma", "format": 1, "check": -1, "preset": null, "filters": null}
//   {"id": "lzma", "format": 3, "filters": [{"id": 3, "dist": 2}, {"id": 33, "preset": 4}]}
//   {"type": "xz", "preset": 6}
//
// All numbers are liblzma's, as Python's lzma module has them: format 1 xz, 2 alone, 3 raw; check -1 the format's
// own, 0 none, 1 CRC-32, 4 CRC-64, 10 SHA-256 (xz only); preset 0 ... 9, plus 2^31 for extreme. Filters say what a
// raw stream is, and otherwise how to encode. Several xz streams may follow each other.
#include <lzma.h>

#include <deque>

#include "codec/bounds.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

enum class LzmaFormat { xz = 1, alone = 2, raw = 3 };

// Enough for what presets ask for; a damaged header may ask for 4 GiB.
constexpr std::uint64_t memory_limit = std::uint64_t{192} << 20;

[[noreturn]] void fail_result(lzma_ret result) {
    if (result == LZMA_MEM_ERROR) throw std::bad_alloc();
    if (result == LZMA_MEMLIMIT_ERROR)
        fail(ErrorKind::corrupt, "lzma: damaged data, or made by settings that take over ", memory_limit,
             " bytes of memory to decode");
    if (result == LZMA_BUF_ERROR || result == LZMA_OK)
        fail(ErrorKind::corrupt, "lzma: incomplete data, or more than the expected size");
    fail(ErrorKind::corrupt, "lzma: damaged data (liblzma's code ", static_cast<int>(result), ")");
}

void check_started(lzma_ret result) {
    if (result != LZMA_OK) fail_result(result);
}

const std::uint8_t* bytes_of(ByteView bytes) {
    return reinterpret_cast<const std::uint8_t*>(bytes.data());
}
std::uint8_t* bytes_of(MutableBytes bytes) {
    return reinterpret_cast<std::uint8_t*>(bytes.data());
}

// A stream in work; lets go of the library's memory at the end.
class LzmaStream {
  public:
    LzmaStream() = default;
    LzmaStream(const LzmaStream&) = delete;
    LzmaStream& operator=(const LzmaStream&) = delete;
    ~LzmaStream() { lzma_end(&state_); }

    lzma_stream* get() noexcept { return &state_; }

    lzma_ret run(ByteView in, MutableBytes out) noexcept {
        state_.next_in = bytes_of(in);
        state_.avail_in = in.size();
        state_.next_out = bytes_of(out);
        state_.avail_out = out.size();
        return lzma_code(&state_, LZMA_FINISH);
    }

    [[nodiscard]] std::size_t written() const noexcept { return state_.total_out; }
    [[nodiscard]] std::size_t left_in() const noexcept { return state_.avail_in; }

  private:
    lzma_stream state_ = LZMA_STREAM_INIT;
};

// A chain of filters as the library takes it. Not copied: its entries point into it.
class Filters {
  public:
    explicit Filters(std::uint32_t preset) { add_lzma(LZMA_FILTER_LZMA2, preset); }
    Filters(const Json& list, std::uint32_t preset) {
        if (!list.is_array() || list.empty() || list.size() > LZMA_FILTERS_MAX)
            fail(ErrorKind::invalid_metadata, "lzma filters: expected a list of 1 to ", LZMA_FILTERS_MAX);
        for (const Json& filter : list) add(filter, preset);
    }
    Filters(const Filters&) = delete;
    Filters& operator=(const Filters&) = delete;

    [[nodiscard]] const lzma_filter* get() const noexcept { return filters_.data(); }
    [[nodiscard]] const lzma_options_lzma* lzma_options() const noexcept {
        return lzma_options_.empty() ? nullptr : &lzma_options_.back();
    }

  private:
    static std::uint32_t number(const Json& value, std::string_view key) {
        return static_cast<std::uint32_t>(as_integer_in(value, 0, UINT32_MAX, concat("lzma filter ", key)));
    }

    lzma_options_lzma& add_lzma(lzma_vli id, std::uint32_t preset) {
        lzma_options_lzma& options = lzma_options_.emplace_back();
        if (lzma_lzma_preset(&options, preset)) fail(ErrorKind::invalid_metadata, "lzma: there is no preset ", preset);
        push(id, &options);
        return options;
    }

    void add(const Json& filter, std::uint32_t preset) {
        const auto id = static_cast<lzma_vli>(as_integer(required(filter, "id", "lzma filter"), "lzma filter id"));
        if (id == LZMA_FILTER_LZMA1 || id == LZMA_FILTER_LZMA2) return add_lzma(id, filter, preset);
        if (id == LZMA_FILTER_DELTA) return add_delta(filter);
        refuse_unknown_keys(filter, {"id"}, "lzma filter");
        if (id < LZMA_FILTER_X86 || id > LZMA_FILTER_SPARC)
            fail(ErrorKind::unsupported, "lzma: filter ", id, " is not supported");
        push(id, nullptr);
    }

    void add_lzma(lzma_vli id, const Json& filter, std::uint32_t preset) {
        refuse_unknown_keys(filter, {"id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"},
                            "lzma filter");
        const auto set = [&](std::string_view key, auto& option) {
            if (const Json* value = optional(filter, key, "lzma filter"))
                option = static_cast<std::remove_reference_t<decltype(option)>>(number(*value, key));
        };
        set("preset", preset);
        lzma_options_lzma& options = add_lzma(id, preset);
        set("dict_size", options.dict_size);
        set("lc", options.lc);
        set("lp", options.lp);
        set("pb", options.pb);
        set("mode", options.mode);
        set("nice_len", options.nice_len);
        set("mf", options.mf);
        set("depth", options.depth);
    }

    void add_delta(const Json& filter) {
        refuse_unknown_keys(filter, {"id", "dist"}, "lzma filter");
        lzma_options_delta& options = delta_options_.emplace_back();
        options.type = LZMA_DELTA_TYPE_BYTE;
        const Json* distance = optional(filter, "dist", "lzma filter");
        options.dist = distance == nullptr ? 1 : number(*distance, "dist");
        push(LZMA_FILTER_DELTA, &options);
    }

    void push(lzma_vli id, void* options) {
        filters_.back() = {id, options};
        filters_.push_back({LZMA_VLI_UNKNOWN, nullptr});
    }

    std::deque<lzma_options_lzma> lzma_options_;
    std::deque<lzma_options_delta> delta_options_;
    std::vector<lzma_filter> filters_{{LZMA_VLI_UNKNOWN, nullptr}};
};

class LzmaCodec final : public Codec {
  public:
    LzmaCodec(LzmaFormat format, lzma_check check, std::unique_ptr<const Filters> filters, std::string configuration)
        : format_(format), check_(check), filters_(std::move(filters)), configuration_(std::move(configuration)) {}

    std::string_view name() const noexcept override { return "lzma"; }
    std::string configuration(Dialect) const override { return configuration_; }

    // The library has a bound for xz alone; filters may add a little.
    std::size_t encoded_bound(std::size_t decoded_size) const override {
        const std::size_t bound = lzma_stream_buffer_bound(decoded_size);
        if (bound == 0) fail(ErrorKind::unsupported, "lzma: a block of ", decoded_size, " bytes is too large");
        return bound + bound / 16;
    }

    // The best: a third of a bit that stands for a match of 273 bytes.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return saturating_product(encoded_size, 8192);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        LzmaStream stream;
        check_started(start_encoder(stream));
        const lzma_ret result = stream.run(decoded, out);
        if (result != LZMA_STREAM_END)
            fail(ErrorKind::invalid_argument, "lzma: ", decoded.size(), " bytes do not encode into ", out.size());
        return stream.written();
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        std::byte spare{};
        if (out.empty()) out = {&spare, 1};  // without any room the library does not look for the end
        std::size_t written = 0;
        do {
            LzmaStream stream;
            check_started(start_decoder(stream));
            const lzma_ret result = stream.run(encoded, out.subspan(written));
            if (result != LZMA_STREAM_END) fail_result(result);
            written += stream.written();
            encoded = encoded.last(stream.left_in());
        } while (format_ == LzmaFormat::xz && !encoded.empty());
        if (!encoded.empty()) fail(ErrorKind::corrupt, "lzma: ", encoded.size(), " bytes follow the end");
        return written;
    }

  private:
    lzma_ret start_encoder(LzmaStream& stream) const {
        if (format_ == LzmaFormat::raw) return lzma_raw_encoder(stream.get(), filters_->get());
        if (format_ == LzmaFormat::xz) return lzma_stream_encoder(stream.get(), filters_->get(), check_);
        return lzma_alone_encoder(stream.get(), filters_->lzma_options());
    }

    lzma_ret start_decoder(LzmaStream& stream) const {
        if (format_ == LzmaFormat::raw) return lzma_raw_decoder(stream.get(), filters_->get());
        if (format_ == LzmaFormat::xz) return lzma_stream_decoder(stream.get(), memory_limit, 0);
        return lzma_alone_decoder(stream.get(), memory_limit);
    }

    LzmaFormat format_;
    lzma_check check_;
    std::unique_ptr<const Filters> filters_;
    std::string configuration_;
};

// Null where the member is missing or null: the library's default.
const Json* given(const CodecSettings& settings, std::string_view key) {
    const Json* value = optional(settings.configuration, key, settings.name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::uint32_t preset_of(const CodecSettings& settings) {
    const Json* preset = given(settings, "preset");
    if (preset == nullptr) return LZMA_PRESET_DEFAULT;
    return static_cast<std::uint32_t>(as_integer_in(*preset, 0, UINT32_MAX, place_of(settings, "preset")));
}

lzma_check check_of(const CodecSettings& settings, LzmaFormat format) {
    const int check = integer_setting(settings, "check", -1, LZMA_CHECK_ID_MAX, -1);
    if (check > 0 && format != LzmaFormat::xz)
        fail(ErrorKind::invalid_metadata, "lzma check: only xz (format 1) has checks");
    if (check >= 0 && !lzma_check_is_supported(static_cast<lzma_check>(check)))
        fail(ErrorKind::unsupported, "lzma check: ", check, " is not supported");
    return check < 0 ? LZMA_CHECK_CRC64 : static_cast<lzma_check>(check);
}

// Without taking the memory that the filters are going to take.
void check_filters(const Filters& filters, LzmaFormat format) {
    constexpr std::uint64_t refused = UINT64_MAX;
    const std::uint64_t decoder_memory = lzma_raw_decoder_memusage(filters.get());
    const bool one_lzma = filters.get()[1].id == LZMA_VLI_UNKNOWN && filters.lzma_options() != nullptr;
    if (lzma_raw_encoder_memusage(filters.get()) == refused || decoder_memory == refused ||
        (format == LzmaFormat::alone && !one_lzma))
        fail(ErrorKind::invalid_metadata, "lzma: there is no such chain of filters");
    if (decoder_memory > memory_limit)
        fail(ErrorKind::unsupported, "lzma: filters that take ", decoder_memory, " bytes of memory to decode");
}

std::unique_ptr<const Filters> filters_of(const CodecSettings& settings, LzmaFormat format) {
    const Json* list = given(settings, "filters");
    if (format == LzmaFormat::raw && list == nullptr)
        fail(ErrorKind::invalid_metadata, "lzma: raw streams (format 3) need filters");
    auto filters = list == nullptr ? std::make_unique<const Filters>(preset_of(settings))
                                   : std::make_unique<const Filters>(*list, preset_of(settings));
    check_filters(*filters, format);
    return filters;
}

}  // namespace

CodecPtr make_lzma(const CodecSettings& settings) {
    if (settings.dialect == Dialect::n5)
        refuse_unknown_keys(settings.configuration, {"preset"}, settings.name);
    else
        refuse_unknown_keys(settings.configuration, {"format", "check", "preset", "filters"}, settings.name);
    const auto format = static_cast<LzmaFormat>(integer_setting(settings, "format", 1, 3, 1));
    return std::make_shared<LzmaCodec>(format, check_of(settings, format), filters_of(settings, format),
                                       settings.configuration.dump());
}

}  // namespace voxbrick
