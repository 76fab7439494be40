// Differences between neighbouring integers.
//
// Made by: https://numcodecs.readthedocs.io/en/stable/filter/delta.html
// Names: "delta" in Zarr v2.
//
//   {"id": "delta", "dtype": "<u2", "astype": "<u2"}
//
// The first element is stored as it is, each further one as its distance from the one before, modulo 2^bits, in
// the order in which they lie in the chunk. numcodecs always writes both members; a filter that lacks one is from
// elsewhere and refused, and so are two different types, which change a chunk's size, and floats, whose sums lose.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "codec/filter.hpp"
#include "codec/registry.hpp"

namespace voxbrick {

namespace {

template <class Unsigned>
Unsigned load(const std::byte* from, bool swap) {
    std::array<std::byte, sizeof(Unsigned)> bytes;
    std::memcpy(bytes.data(), from, bytes.size());
    if (swap) std::reverse(bytes.begin(), bytes.end());
    return std::bit_cast<Unsigned>(bytes);
}

template <class Unsigned>
void store(Unsigned value, std::byte* to, bool swap) {
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(Unsigned)>>(value);
    if (swap) std::reverse(bytes.begin(), bytes.end());
    std::memcpy(to, bytes.data(), bytes.size());
}

template <class Unsigned>
class DeltaCodec final : public Filter {
  public:
    explicit DeltaCodec(std::string dtype)
        : Filter(sizeof(Unsigned)),
          dtype_(std::move(dtype)),
          swap_((dtype_.front() == '>') != (std::endian::native == std::endian::big)) {}

    std::string_view name() const noexcept override { return "delta"; }
    std::string configuration(Dialect) const override { return Json{{"dtype", dtype_}, {"astype", dtype_}}.dump(); }

  private:
    void apply(ByteView decoded, MutableBytes out) const override {
        Unsigned before = 0;
        for (std::size_t at = 0; at < decoded.size(); at += sizeof(Unsigned)) {
            const auto value = load<Unsigned>(decoded.data() + at, swap_);
            store(static_cast<Unsigned>(value - before), out.data() + at, swap_);
            before = value;
        }
    }

    void undo(ByteView encoded, MutableBytes out) const override {
        Unsigned value = 0;
        for (std::size_t at = 0; at < encoded.size(); at += sizeof(Unsigned)) {
            value = static_cast<Unsigned>(value + load<Unsigned>(encoded.data() + at, swap_));
            store(value, out.data() + at, swap_);
        }
    }

    std::string dtype_;
    bool swap_;
};

std::string member(const CodecSettings& settings, const char* key) {
    return as_string(required(settings.configuration, key, settings.name), place_of(settings, key));
}

std::string type_of(const CodecSettings& settings) {
    const std::string dtype = member(settings, "dtype");
    if (optional(settings.configuration, "astype", settings.name) == nullptr)
        fail(ErrorKind::unsupported, "delta without astype is not supported: say as what its differences are stored");
    if (member(settings, "astype") != dtype)
        fail(ErrorKind::unsupported, "delta from ", dtype, " to another type is not supported");
    return dtype;
}

}  // namespace

CodecPtr make_delta(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"dtype", "astype"}, settings.name);
    const std::string dtype = type_of(settings);
    const bool is_integer =
        dtype.size() == 3 && std::string_view("<>|").find(dtype[0]) < 3 && (dtype[1] == 'i' || dtype[1] == 'u');
    const bool has_order = is_integer && (dtype[0] != '|' || dtype[2] == '1');
    const char size = has_order ? dtype[2] : '-';
    if (size == '1') return std::make_shared<DeltaCodec<std::uint8_t>>(dtype);
    if (size == '2') return std::make_shared<DeltaCodec<std::uint16_t>>(dtype);
    if (size == '4') return std::make_shared<DeltaCodec<std::uint32_t>>(dtype);
    if (size == '8') return std::make_shared<DeltaCodec<std::uint64_t>>(dtype);
    fail(ErrorKind::unsupported, "delta: dtype \"", dtype, "\" is not supported, only integers of a byte order");
}

}  // namespace voxbrick
