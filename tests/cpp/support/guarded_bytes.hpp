// Bytes that end where the process may no longer read or write: one step too far is a crash, not luck, also
// inside libraries that no sanitizer has seen.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>

#include "voxbrick/base/bytes.hpp"

class GuardedBytes {
  public:
    explicit GuardedBytes(std::size_t size) : size_(size) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        usable_ = (size + page - 1) / page * page;
        mapped_ = usable_ + page;
        void* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        memory_ = static_cast<std::byte*>(memory);
        mprotect(memory_ + usable_, page, PROT_NONE);
    }
    explicit GuardedBytes(voxbrick::ByteView content) : GuardedBytes(content.size()) {
        std::copy(content.begin(), content.end(), bytes().begin());
    }
    GuardedBytes(const GuardedBytes&) = delete;
    GuardedBytes& operator=(const GuardedBytes&) = delete;
    ~GuardedBytes() { munmap(memory_, mapped_); }

    [[nodiscard]] voxbrick::MutableBytes bytes() const { return {memory_ + usable_ - size_, size_}; }

  private:
    std::size_t size_;
    std::size_t usable_;
    std::size_t mapped_;
    std::byte* memory_;
};
