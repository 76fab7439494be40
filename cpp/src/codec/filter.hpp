// Codecs that rearrange or recode elements and leave their number of bytes as it is.
#pragma once

#include "voxbrick/base/error.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

class Filter : public Codec {
  public:
    explicit Filter(std::size_t element_size) : element_size_(element_size) {}

    bool compresses() const noexcept final { return false; }

    std::size_t encoded_bound(std::size_t decoded_size) const final {
        check_whole(decoded_size, ErrorKind::unsupported);
        return decoded_size;
    }

    std::size_t decoded_bound(std::size_t encoded_size) const noexcept final { return encoded_size; }

    std::size_t encode(ByteView decoded, MutableBytes out) const final {
        check_whole(decoded.size(), ErrorKind::unsupported);
        apply(decoded, out);
        return decoded.size();
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const final {
        check_whole(encoded.size(), ErrorKind::corrupt);
        if (encoded.size() > out.size())
            fail(ErrorKind::corrupt, name(), ": decodes to ", encoded.size(), " bytes, expected ", out.size());
        undo(encoded, out);
        return encoded.size();
    }

  protected:
    [[nodiscard]] std::size_t element_size() const noexcept { return element_size_; }

  private:
    /// Both get whole elements, and room for as many.
    virtual void apply(ByteView decoded, MutableBytes out) const = 0;
    virtual void undo(ByteView encoded, MutableBytes out) const = 0;

    void check_whole(std::size_t size, ErrorKind kind) const {
        if (size % element_size_ != 0)
            fail(kind, name(), ": ", size, " bytes are no whole number of elements of ", element_size_);
    }

    std::size_t element_size_;
};

}  // namespace voxbrick
