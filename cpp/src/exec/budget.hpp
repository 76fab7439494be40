// Shares of what a process has only so much of: bytes of memory, open files.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace voxbrick {

/// Counts what is taken of it; holds nothing itself. Safe for concurrent use. It has no lock that a fork could catch,
/// but what a parent has taken stays taken in its child: keep a budget where a child makes its own (process.hpp).
class Budget {
  public:
    explicit Budget(std::size_t limit) noexcept : limit_(limit) {}
    Budget(const Budget&) = delete;
    Budget& operator=(const Budget&) = delete;

    /// What was taken; given back in the end. Its budget outlives it.
    class Share {
      public:
        Share() = default;
        Share(Share&& other) noexcept
            : budget_(std::exchange(other.budget_, nullptr)), amount_(std::exchange(other.amount_, 0)) {}
        Share& operator=(Share&& other) noexcept {
            std::swap(budget_, other.budget_);
            std::swap(amount_, other.amount_);
            return *this;
        }
        ~Share() {
            if (budget_ != nullptr) budget_->taken_ -= amount_;
        }

        [[nodiscard]] std::size_t amount() const noexcept { return amount_; }

      private:
        friend Budget;
        Share(Budget& budget, std::size_t amount) noexcept : budget_(&budget), amount_(amount) {}

        Budget* budget_ = nullptr;
        std::size_t amount_ = 0;
    };

    /// So much of it; nothing if that is more than is left. Where nothing is taken, any amount may be: otherwise what
    /// is larger than the budget could never be.
    [[nodiscard]] std::optional<Share> try_take(std::size_t amount) noexcept;

    /// Up to `wanted`, but no more than half of what is left, so that others find some too; at least `least`, for
    /// which it waits. Throws `cancelled` where the work that the caller does is to stop.
    [[nodiscard]] Share take(std::size_t least, std::size_t wanted);

    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

  private:
    const std::size_t limit_;
    std::atomic<std::size_t> taken_ = 0;
};

}  // namespace voxbrick
