#include "format/cut_block.hpp"

#include <algorithm>

#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {
namespace {

class CutBlockCodec final : public Codec {
  public:
    CutBlockCodec(const Index& whole, const Index& stored, const Axes& axes, std::size_t element_size)
        : stored_(stored),
          whole_strides_(dense_strides(whole, axes, element_size)),
          stored_strides_(dense_strides(stored, axes, element_size)),
          element_size_(element_size),
          whole_bytes_(static_cast<std::size_t>(product(whole)) * element_size),
          stored_bytes_(static_cast<std::size_t>(product(stored)) * element_size) {}

    std::string_view name() const noexcept override { return "cut_block"; }
    bool compresses() const noexcept override { return false; }
    std::size_t encoded_bound(std::size_t) const override { return stored_bytes_; }
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return encoded_size < stored_bytes_ ? 0 : whole_bytes_;
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        copy_box({decoded.data(), stored_, whole_strides_}, {out.data(), stored_, stored_strides_}, element_size_);
        return stored_bytes_;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (encoded.size() != stored_bytes_ || out.size() < whole_bytes_)
            fail(ErrorKind::corrupt, "a block of shape ", stored_, " has ", stored_bytes_, " bytes, found ",
                 encoded.size());
        std::fill_n(out.begin(), whole_bytes_, std::byte{0});
        copy_box({encoded.data(), stored_, stored_strides_}, {out.data(), stored_, whole_strides_}, element_size_);
        return whole_bytes_;
    }

  private:
    Index stored_;
    Index whole_strides_;
    Index stored_strides_;
    std::size_t element_size_;
    std::size_t whole_bytes_;
    std::size_t stored_bytes_;
};

}  // namespace

CodecPtr make_cut_block(const Index& whole, const Index& stored, const Axes& axes, std::size_t element_size) {
    return std::make_shared<CutBlockCodec>(whole, stored, axes, element_size);
}

}  // namespace voxbrick
