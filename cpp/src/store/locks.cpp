#include "store/locks.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

#include "voxbrick/base/error.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// FNV-1a: the same on every machine, unlike std::hash.
std::uint64_t hash_of(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    return hash;
}

// The kernel could wait for us, but it would not notice that the work is cancelled. The sleeps grow with the
// time already waited: short waits stay short, long ones cost nothing.
class Patience {
  public:
    explicit Patience(const GiveUp& give_up) : give_up_(give_up) {}

    /// False, without waiting, once it is given up.
    [[nodiscard]] bool wait() {
        using namespace std::chrono;
        throw_if_cancelled();
        if (give_up_ && give_up_()) return false;
        const auto waited = steady_clock::now() - begin_;
        std::this_thread::sleep_for(std::clamp<nanoseconds>(waited / 4, 50us, 25ms));
        return true;
    }

  private:
    const GiveUp& give_up_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Ranges of a file, held until the end.
class HeldRanges {
  public:
    explicit HeldRanges(File& file) : file_(file) {}
    HeldRanges(const HeldRanges&) = delete;
    HeldRanges& operator=(const HeldRanges&) = delete;

    // Closing the file would not do: a child forked meanwhile has it open too, and would keep the lock.
    ~HeldRanges() {
        for (const LockRange& range : taken_) file_.unlock(range);
    }

    // Where others hold parts of the range, part after part: there may never be a moment in which nobody does.
    // False if the waiting was given up.
    [[nodiscard]] bool take(LockRange range, const GiveUp& give_up) {
        if (range.length == 1) return wait_for(range, give_up);
        if (try_take(range)) return true;
        const std::uint64_t half = range.length / 2;
        return take({range.begin, half}, give_up) && take({range.begin + half, range.length - half}, give_up);
    }

  private:
    bool wait_for(LockRange range, const GiveUp& give_up) {
        Patience patience(give_up);
        while (!try_take(range))
            if (!patience.wait()) return false;
        return true;
    }

    bool try_take(LockRange range) {
        taken_.push_back(range);  // first, as it may throw
        const LockAnswer answer = file_.try_lock(range);
        if (answer == LockAnswer::taken) return true;
        taken_.pop_back();
        if (answer == LockAnswer::busy) return false;
        fail(ErrorKind::unsupported, file_.path(),
             ": this file system cannot lock files; if no other process writes here at the same time, set "
             "VOXBRICK_LOCKING=none");
    }

    File& file_;
    std::vector<LockRange> taken_;
};

class FileLock final : public LockedFile {
  public:
    explicit FileLock(File file) : file_(std::move(file)), held_(file_) {}

    [[nodiscard]] File& file() noexcept override { return file_; }
    [[nodiscard]] bool still_holds() const override { return is_still_at(file_.path()); }

    [[nodiscard]] bool take(const std::vector<LockRange>& ranges, const GiveUp& give_up) {
        return take_all(held_, ranges, 0, give_up);
    }

    // All turnstiles come before the first name: who has a name waits for none, or two could wait for each other.
    [[nodiscard]] bool take_in_turn(const std::vector<LockRange>& ranges, const GiveUp& give_up) {
        HeldRanges turnstiles(file_);
        if (locks_ranges() && !take_all(turnstiles, ranges, turnstile_distance, give_up)) return false;
        return take(ranges, give_up);
    }

    bool is_still_at(const std::string& path) const {
        const auto found = file_version_now(path);
        return found && found->is_same_file(file_.version());
    }

  private:
    static bool take_all(HeldRanges& held, const std::vector<LockRange>& ranges, std::uint64_t before,
                         const GiveUp& give_up) {
        return std::all_of(ranges.begin(), ranges.end(), [&](const LockRange& range) {
            return held.take({range.begin - before, range.length}, give_up);
        });
    }

    File file_;
    HeldRanges held_;
};

// Between the opening of a file and the look whether it still has its name others may replace it, but hardly so often.
constexpr int most_openings = 1000;

/// A lock that `take` takes, of the file that is at `path` in the end; null if it does not get it. Whose lock has no
/// ranges need not be asked whether it excludes anybody.
template <class Take>
std::unique_ptr<LockedFile> lock_at(const std::string& path, const std::vector<LockRange>& ranges, const Opening& open,
                                    const Take& take) {
    for (int opening = 0; opening < most_openings; ++opening) {
        auto file = open(path);
        if (!file) return nullptr;
        auto lock = std::make_unique<FileLock>(std::move(*file));
        if (!take(*lock)) return nullptr;
        if (ranges.empty() || lock->is_still_at(path)) return lock;
    }
    fail(ErrorKind::unsupported, path, " cannot be locked: each of ", most_openings,
         " times it was another file when it was opened again. Either this file system has no lasting inode numbers, "
         "and if no other process writes here at the same time, set VOXBRICK_LOCKING=none; or a program replaces the "
         "file without pause, and is to be stopped");
}

}  // namespace

std::vector<LockRange> ranges_of(const std::vector<std::string>& names) {
    std::vector<LockRange> ranges;
    ranges.reserve(names.size());
    for (const std::string& name : names) ranges.push_back({all_names.begin + hash_of(name) % all_names.length, 1});
    std::sort(ranges.begin(), ranges.end());
    ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
    return ranges;
}

bool file_locking() {
    const char* text = std::getenv("VOXBRICK_LOCKING");
    const std::string_view mode = text == nullptr ? "" : text;
    if (mode.empty() || mode == "file") return true;
    if (mode == "none") return false;
    fail(ErrorKind::invalid_argument, "VOXBRICK_LOCKING is '", mode, "'; it may be 'file' (the default) or 'none'");
}

std::unique_ptr<LockedFile> lock_file(const std::string& path, const std::vector<LockRange>& ranges,
                                      const Opening& open, const GiveUp& give_up) {
    return lock_at(path, ranges, open, [&](FileLock& lock) { return lock.take(ranges, give_up); });
}

std::unique_ptr<StoreLock> lock_file_in_turn(const std::string& path, const std::vector<LockRange>& ranges,
                                             const Opening& open, const GiveUp& give_up) {
    return lock_at(path, ranges, open, [&](FileLock& lock) { return lock.take_in_turn(ranges, give_up); });
}

}  // namespace voxbrick
