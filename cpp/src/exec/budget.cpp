#include "exec/budget.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// Who waits here waits for files to be written: a thousand looks a second cost nothing beside that.
constexpr std::chrono::milliseconds between_looks{1};

}  // namespace

std::optional<Budget::Share> Budget::try_take(std::size_t amount) noexcept {
    std::size_t taken = taken_;
    while (taken == 0 || (taken <= limit_ && amount <= limit_ - taken))
        if (taken_.compare_exchange_weak(taken, taken + amount)) return Share(*this, amount);
    return std::nullopt;
}

Budget::Share Budget::take(std::size_t least, std::size_t wanted) {
    while (true) {
        const std::size_t left = limit_ - std::min<std::size_t>(taken_, limit_);
        if (auto share = try_take(std::max(least, std::min(wanted, left / 2)))) return std::move(*share);
        if (auto share = try_take(least)) return std::move(*share);
        throw_if_cancelled();
        std::this_thread::sleep_for(between_looks);
    }
}

}  // namespace voxbrick
