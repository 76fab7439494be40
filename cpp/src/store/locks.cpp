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
    void wait() {
        using namespace std::chrono;
        throw_if_cancelled();
        const auto waited = steady_clock::now() - begin_;
        std::this_thread::sleep_for(std::clamp<nanoseconds>(waited / 4, 50us, 25ms));
    }

  private:
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
    void take(LockRange range) {
        if (range.length == 1) return wait_for(range);
        if (try_take(range)) return;
        const std::uint64_t half = range.length / 2;
        take({range.begin, half});
        take({range.begin + half, range.length - half});
    }

  private:
    void wait_for(LockRange range) {
        Patience patience;
        while (!try_take(range)) patience.wait();
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

    void take(const std::vector<LockRange>& ranges) {
        for (const LockRange& range : ranges) held_.take(range);
    }

    // All turnstiles come before the first name: who has a name waits for none, or two could wait for each other.
    void take_in_turn(const std::vector<LockRange>& ranges) {
        HeldRanges turnstiles(file_);
        if (locks_ranges())
            for (const LockRange& range : ranges) turnstiles.take({range.begin - turnstile_distance, range.length});
        take(ranges);
    }

    bool is_still_at(const std::string& path) const {
        const BlobVersion& locked = file_.version();
        const auto found = file_version(path);
        return found && found->device == locked.device && found->inode == locked.inode;
    }

  private:
    File file_;
    HeldRanges held_;
};

/// A lock that `take` takes, of the file that is at `path` in the end.
template <class Take>
std::unique_ptr<LockedFile> lock_at(const std::string& path, File (*open)(const std::string& path), const Take& take) {
    while (true) {
        auto lock = std::make_unique<FileLock>(open(path));
        take(*lock);
        if (lock->is_still_at(path)) return lock;
    }
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
                                      File (*open)(const std::string& path)) {
    return lock_at(path, open, [&](FileLock& lock) { lock.take(ranges); });
}

std::unique_ptr<StoreLock> lock_file_in_turn(const std::string& path, const std::vector<LockRange>& ranges,
                                             File (*open)(const std::string& path)) {
    return lock_at(path, open, [&](FileLock& lock) { lock.take_in_turn(ranges); });
}

}  // namespace voxbrick
