#include <algorithm>
#include <chrono>
#include <iterator>

#include "exec/process.hpp"
#include "store/locks.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

constexpr std::chrono::milliseconds longest_sleep{25};

bool overlap(const LockRange& a, const LockRange& b) {
    return a.begin < b.begin + b.length && b.begin < a.begin + a.length;
}

bool overlap(const std::vector<LockRange>& a, const std::vector<LockRange>& b) {
    return std::any_of(a.begin(), a.end(), [&](const LockRange& range) {
        return std::any_of(b.begin(), b.end(), [&](const LockRange& other) { return overlap(range, other); });
    });
}

}  // namespace

class LockTable::Lock final : public StoreLock {
  public:
    Lock(LockTable& table, Entries::iterator entry) : table_(table), entry_(entry) {}
    // A forked child has a table of its own, in which nobody has locked anything yet.
    ~Lock() override {
        if (process_.is_this_one()) table_.leave(entry_);
    }

  private:
    Process process_;
    LockTable& table_;
    Entries::iterator entry_;
};

std::unique_ptr<StoreLock> LockTable::lock(const std::string& scope, const std::vector<LockRange>& ranges,
                                           const GiveUp& give_up) {
    const auto entry = join(scope, ranges);
    auto lock = std::make_unique<Lock>(*this, entry);
    if (!wait_for_turn(entry, give_up)) return nullptr;
    return lock;
}

LockTable::Entries::iterator LockTable::join(const std::string& scope, const std::vector<LockRange>& ranges) {
    Entries arrived{{scope, ranges}};
    const std::lock_guard guard(mutex_);
    queue_.splice(queue_.end(), arrived);
    return std::prev(queue_.end());
}

bool LockTable::wait_for_turn(Entries::const_iterator entry, const GiveUp& give_up) {
    while (true) {
        throw_if_cancelled();
        std::unique_lock guard(mutex_);
        if (left_.wait_for(guard, longest_sleep, [&] { return is_its_turn(entry); })) return true;
        guard.unlock();
        if (give_up && give_up()) return false;
    }
}

bool LockTable::is_its_turn(Entries::const_iterator entry) const {
    return std::none_of(queue_.begin(), entry, [&](const Entry& earlier) {
        return earlier.scope == entry->scope && overlap(earlier.ranges, entry->ranges);
    });
}

void LockTable::leave(Entries::iterator entry) {
    {
        const std::lock_guard guard(mutex_);
        queue_.erase(entry);
    }
    left_.notify_all();
}

}  // namespace voxbrick
