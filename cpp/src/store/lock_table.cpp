#include <algorithm>
#include <chrono>

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
    ~Lock() override { table_.release(entry_); }

  private:
    LockTable& table_;
    Entries::iterator entry_;
};

std::unique_ptr<StoreLock> LockTable::lock(const std::string& scope, const std::vector<LockRange>& ranges) {
    Entries wanted{{scope, ranges}};
    while (true) {
        throw_if_cancelled();
        std::unique_lock guard(mutex_);
        if (!released_.wait_for(guard, longest_sleep, [&] { return is_free(wanted.front()); })) continue;
        auto lock = std::make_unique<Lock>(*this, wanted.begin());
        held_.splice(held_.end(), wanted);
        return lock;
    }
}

bool LockTable::is_free(const Entry& wanted) const {
    return std::none_of(held_.begin(), held_.end(), [&](const Entry& held) {
        return held.scope == wanted.scope && overlap(held.ranges, wanted.ranges);
    });
}

void LockTable::release(Entries::iterator entry) {
    {
        const std::lock_guard guard(mutex_);
        held_.erase(entry);
    }
    released_.notify_all();
}

}  // namespace voxbrick
