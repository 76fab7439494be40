#include <new>
#include <utility>

#include "voxbrick/base/bytes.hpp"

namespace voxbrick {
namespace {

// A cache line, and as wide as the widest vector: codecs and copy loops never straddle at the start.
constexpr std::align_val_t alignment{64};

}  // namespace

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
}

Buffer::~Buffer() {
    ::operator delete(data_, alignment);
}

MutableBytes Buffer::resize(std::size_t size) {
    if (size > capacity_) {
        auto* grown = static_cast<std::byte*>(::operator new(size, alignment));
        ::operator delete(data_, alignment);
        data_ = grown;
        capacity_ = size;
    }
    size_ = size;
    return bytes();
}

}  // namespace voxbrick
