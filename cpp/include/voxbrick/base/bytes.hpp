// Bytes that someone else owns (views), and bytes that a worker reuses (Buffer).
#pragma once

#include <cstddef>
#include <span>

#include "voxbrick/base/export.hpp"

namespace voxbrick {

using ByteView = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

/// Owned, 64-byte aligned, uninitialised memory that only grows: scratch space for one worker.
/// Not safe for concurrent use; movable, not copyable.
class VOXBRICK_API Buffer {
  public:
    Buffer() = default;
    explicit Buffer(std::size_t size) { (void)resize(size); }
    Buffer(Buffer&& other) noexcept;
    Buffer& operator=(Buffer&& other) noexcept;
    ~Buffer();

    /// Makes room for `size` bytes and returns them; their content is lost where memory has to grow.
    /// Throws std::bad_alloc and leaves the buffer as it was.
    MutableBytes resize(std::size_t size);

    [[nodiscard]] MutableBytes bytes() noexcept { return {data_, size_}; }
    [[nodiscard]] ByteView bytes() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

  private:
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace voxbrick
