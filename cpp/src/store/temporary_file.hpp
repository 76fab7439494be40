// A new version of a file while it is being written.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "store/locks.hpp"

namespace voxbrick {

/// Lies next to the file it is to replace, under a name of its own, which a killed process may leave behind:
/// the next writer of that file takes it over. Removed by the destructor unless it was put in place.
/// One process, one thread at a time may write the temporary of a target; others wait.
class TemporaryFile {
  public:
    /// Makes the target's folder where it is missing.
    explicit TemporaryFile(const std::string& target);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    [[nodiscard]] File& file() noexcept { return open_->file(); }
    /// Makes it the target. With `durable` the bytes are on stable storage before; the name is not yet.
    void put_in_place(bool durable);

    /// Whether a file of this name (without its folder) is a temporary.
    [[nodiscard]] static bool is_name_of_one(std::string_view name);

  private:
    std::string target_;
    std::string path_;
    std::unique_ptr<LockedFile> open_;
    bool in_place_ = false;
};

}  // namespace voxbrick
