// Shuffled elements: first the first bytes of all, then the second bytes of all ...
//
// Made by: https://numcodecs.readthedocs.io/en/stable/filter/shuffle.html
// Names: "shuffle" in Zarr v2.
//
//   {"id": "shuffle", "elementsize": 4}
//
// 4 by default. A block must consist of whole elements.
#include <limits>

#include "codec/filter.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

class ShuffleCodec final : public Filter {
  public:
    explicit ShuffleCodec(std::size_t element_size) : Filter(element_size) {}

    std::string_view name() const noexcept override { return "shuffle"; }
    std::string configuration(Dialect) const override { return Json{{"elementsize", element_size()}}.dump(); }

  private:
    void apply(ByteView decoded, MutableBytes out) const override {
        const std::size_t count = decoded.size() / element_size();
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t byte = 0; byte < element_size(); ++byte)
                out[byte * count + i] = decoded[i * element_size() + byte];
    }

    void undo(ByteView encoded, MutableBytes out) const override {
        const std::size_t count = encoded.size() / element_size();
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t byte = 0; byte < element_size(); ++byte)
                out[i * element_size() + byte] = encoded[byte * count + i];
    }
};

}  // namespace

CodecPtr make_shuffle(const CodecSettings& settings) {
    refuse_unknown_keys(settings.configuration, {"elementsize"}, settings.name);
    constexpr int largest = std::numeric_limits<int>::max();
    const int element_size = integer_setting(settings, "elementsize", 1, largest, 4);
    return std::make_shared<ShuffleCodec>(static_cast<std::size_t>(element_size));
}

}  // namespace voxbrick
