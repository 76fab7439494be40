// Locks between processes, through the file system, and within one.
//
// A name is locked as one byte of the anchor file, far beyond its end: byte 2^62 + (hash of the name mod 2^61).
// Processes and hosts meet at these numbers, so they never change. Two names may meet at one byte: then
// they exclude each other, which is harmless.
//
// Before its byte, whoever wants a name takes the name's turnstile: the byte 2^61 before. There one waits for the name,
// and lets go of the turnstile with it. So who has just released a name queues behind the one who waits.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/file.hpp"

namespace voxbrick {

inline constexpr LockRange all_names{std::uint64_t{1} << 62, std::uint64_t{1} << 61};
/// How far the turnstile of a name lies before it.
inline constexpr std::uint64_t turnstile_distance = all_names.length;
/// Locked in a file by whoever writes it as a temporary; apart from the names, as that file may become an anchor.
inline constexpr LockRange temporary_byte{all_names.begin + all_names.length, 1};
/// Locked in a file by whoever changes it in place.
inline constexpr LockRange change_byte{temporary_byte.begin + 1, 1};

/// The bytes of these names, sorted, each once: whoever takes locks in this order never deadlocks.
[[nodiscard]] std::vector<LockRange> ranges_of(const std::vector<std::string>& names);

/// False if VOXBRICK_LOCKING=none says that no other process writes. Throws invalid_argument for an unknown word.
[[nodiscard]] bool file_locking();

/// Asked again and again by whoever waits for a lock; true ends that. Empty: it takes as long as it takes.
using GiveUp = std::function<bool()>;

/// A file, open, and ranges of it, which are let go of at the end.
class LockedFile : public StoreLock {
  public:
    [[nodiscard]] virtual File& file() noexcept = 0;
};

/// Opens the file that is to be locked; nothing if there is none.
using Opening = std::function<std::optional<File>(const std::string& path)>;

/// Waits for ranges of the file that `open` opens at `path`, again when another file has taken that place meanwhile.
/// Null if there is none, or if the waiting was given up. Throws unsupported where the file system has no locks,
/// cancelled when the work around it is to stop.
[[nodiscard]] std::unique_ptr<LockedFile> lock_file(const std::string& path, const std::vector<LockRange>& ranges,
                                                    const Opening& open, const GiveUp& give_up = {});

/// The same for ranges of names, each in its turn.
[[nodiscard]] std::unique_ptr<StoreLock> lock_file_in_turn(const std::string& path,
                                                           const std::vector<LockRange>& ranges, const Opening& open,
                                                           const GiveUp& give_up = {});

/// Locks within this process.
class LockTable {
  public:
    /// Waits for all the ranges at once, in the order of arrival; `scope` says what they are ranges of. Null if the
    /// waiting was given up. Throws cancelled as above. The table must outlive the lock.
    [[nodiscard]] std::unique_ptr<StoreLock> lock(const std::string& scope, const std::vector<LockRange>& ranges,
                                                  const GiveUp& give_up = {});

  private:
    struct Entry {
        std::string scope;
        std::vector<LockRange> ranges;
    };
    using Entries = std::list<Entry>;
    class Lock;

    Entries::iterator join(const std::string& scope, const std::vector<LockRange>& ranges);
    bool wait_for_turn(Entries::const_iterator entry, const GiveUp& give_up);
    bool is_its_turn(Entries::const_iterator entry) const;
    void leave(Entries::iterator entry);

    std::mutex mutex_;
    std::condition_variable left_;
    Entries queue_;  // of those that hold their ranges, and of those that wait until nobody before them wants one
};

}  // namespace voxbrick
