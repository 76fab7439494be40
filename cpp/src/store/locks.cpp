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

class FileLock final : public StoreLock {
  public:
    explicit FileLock(File file) : file_(std::move(file)) {}

    // Closing the file would not do: a child forked meanwhile has it open too, and would keep the lock.
    ~FileLock() override {
        for (const LockRange& range : taken_) file_.unlock(range);
    }

    void take(const std::vector<LockRange>& ranges) {
        taken_.reserve(ranges.size());
        for (const LockRange& range : ranges) {
            wait_for(range);
            taken_.push_back(range);
        }
    }

    bool is_still_at(const std::string& path) const {
        const BlobVersion& locked = file_.version();
        const auto found = file_version(path);
        return found && found->device == locked.device && found->inode == locked.inode;
    }

  private:
    void wait_for(LockRange range) {
        Patience patience;
        while (true) {
            switch (file_.try_lock(range)) {
                case LockAnswer::taken:
                    return;
                case LockAnswer::busy:
                    patience.wait();
                    break;
                case LockAnswer::unsupported:
                    fail(ErrorKind::unsupported, file_.path(),
                         ": this file system cannot lock files; if no other process writes here at the same time, "
                         "set VOXBRICK_LOCKING=none");
            }
        }
    }

    File file_;
    std::vector<LockRange> taken_;
};

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

std::unique_ptr<StoreLock> lock_file(const std::string& path, const std::vector<LockRange>& ranges,
                                     File (*open)(const std::string& path)) {
    while (true) {
        auto lock = std::make_unique<FileLock>(open(path));
        lock->take(ranges);
        if (lock->is_still_at(path)) return lock;
    }
}

}  // namespace voxbrick
