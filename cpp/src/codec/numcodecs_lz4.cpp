// LZ4 blocks behind their decoded size, 4 bytes in little-endian order.
//
// Made by: https://numcodecs.readthedocs.io/en/stable/compression/lz4.html
// Names: "lz4" in Zarr v2.
//
//   {"id": "lz4", "acceleration": 1}
//
// The acceleration is a hint to those who compress, and is not followed here. There is no checksum.
#include <limits>

#include "codec/lz4.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr std::size_t prefix = 4;

class NumcodecsLz4Codec final : public Codec {
  public:
    explicit NumcodecsLz4Codec(int acceleration) : acceleration_(acceleration) {}

    std::string_view name() const noexcept override { return "lz4"; }
    std::string configuration(Dialect) const override { return Json{{"acceleration", acceleration_}}.dump(); }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        return prefix + block_->encoded_bound(decoded_size);
    }

    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return block_->decoded_bound(encoded_size);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        for (std::size_t i = 0; i < prefix; ++i) out[i] = static_cast<std::byte>(decoded.size() >> (8 * i));
        return prefix + block_->encode(decoded, out.subspan(prefix));
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (encoded.size() < prefix) fail(ErrorKind::corrupt, "lz4: ", encoded.size(), " bytes are less than a size");
        std::size_t promised = 0;
        for (std::size_t i = prefix; i-- > 0;) promised = promised << 8 | std::to_integer<std::size_t>(encoded[i]);
        const std::size_t written = block_->decode(encoded.subspan(prefix), out);
        if (written != promised)
            fail(ErrorKind::corrupt, "lz4: decodes to ", written, " bytes where ", promised, " are promised");
        return written;
    }

  private:
    CodecPtr block_ = make_lz4(false);
    int acceleration_;
};

}  // namespace

CodecPtr make_lz4(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"acceleration"}, settings.name);
    constexpr int any = std::numeric_limits<int>::max();
    return std::make_shared<NumcodecsLz4Codec>(integer_setting(settings, "acceleration", -any, any, 1));
}

}  // namespace voxbrick
