// A new version of a file while it is being written.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exec/process.hpp"
#include "store/locks.hpp"

namespace voxbrick {

/// Lies next to the file it is to replace, under a name of its own, which a killed process may leave behind:
/// the next writer of that file removes it. Removed by the destructor unless it was put in place. It is always a file
/// that was made for it, never one that was there, and as open to others as the one that it replaces.
/// One thread at a time, of one process, writes the temporary of a target; others wait, those of other processes only
/// if files are locked (VOXBRICK_LOCKING). In a forked child it is the parent's: what uses it throws cancelled.
class TemporaryFile {
  public:
    /// Makes the target's folder where it is missing. `target` is no link. Null if the waiting for others was given up.
    /// Throws io if the temporary's name is taken by what cannot be removed, saying what has to be deleted.
    [[nodiscard]] static std::unique_ptr<TemporaryFile> make(const std::string& target, const GiveUp& give_up = {});
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] File& file() noexcept { return open_->file(); }
    /// Whether there was a target when this was made.
    [[nodiscard]] bool replaces() const noexcept { return replaces_; }
    /// Makes it the target. Its bytes are as durable as they were made before, the name is not yet.
    void put_in_place();

    /// Whether a file of this name (without its folder) is a temporary.
    [[nodiscard]] static bool is_name_of_one(std::string_view name);

  private:
    TemporaryFile(const std::string& target, std::string path) : target_(target), path_(std::move(path)) {}

    Process process_;
    std::string target_;
    std::string path_;
    std::unique_ptr<StoreLock> turn_;  // if files are not locked
    std::unique_ptr<LockedFile> open_;
    bool replaces_ = false;
    bool in_place_ = false;
};

}  // namespace voxbrick
