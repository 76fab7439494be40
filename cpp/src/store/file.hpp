// All that the filesystem store asks of an operating system. Paths are UTF-8; errors name the path.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/own_descriptor.hpp"
#include "voxbrick/store/files.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

/// What is at a path, as the system tells it. Each change of it makes another one, unless it falls into one tick of the
/// file system's clock.
struct FileVersion {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;  // also when a program that copies files sets the time of modification; 0: not known

    [[nodiscard]] BlobVersion token() const { return BlobVersion(std::as_bytes(std::span(this, 1))); }
    [[nodiscard]] bool is_same_file(const FileVersion& other) const {
        return device == other.device && inode == other.inode;
    }
};

/// Bytes of a file, there or not, for locking.
struct LockRange {
    std::uint64_t begin = 0;
    std::uint64_t length = 1;

    friend auto operator<=>(const LockRange&, const LockRange&) = default;
};

/// False where only whole files can be locked: there every range excludes every other.
[[nodiscard]] bool locks_ranges() noexcept;

enum class LockAnswer { taken, busy, unsupported };

/// A regular file, open in this process: not in programs that it starts, nor in children that it forks, where all
/// that is done with it throws cancelled.
class File {
  public:
    enum class Use {
        read,
        change,  // in place
    };
    enum class Links { follow, refuse };

    /// Nothing if there is no such file. Anything but a regular file is an io error, as is every other refusal.
    [[nodiscard]] static std::optional<File> open(const std::string& path, Use use, Links links = Links::follow);
    /// Makes a file, to append to it. Nothing if something has that name already, be it a link, or if there is no such
    /// folder.
    [[nodiscard]] static std::optional<File> create(const std::string& path);

    File(File&& other) noexcept;
    File& operator=(File&&) = delete;
    ~File();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// As it was when opened.
    [[nodiscard]] const FileVersion& version() const noexcept { return version_; }
    /// As it is now.
    [[nodiscard]] std::uint64_t size() const;

    /// Throws corrupt where the file ends before `out` is full.
    void read_at(std::uint64_t offset, MutableBytes out) const;
    void write_at(std::uint64_t offset, ByteView bytes);
    void append(ByteView bytes);
    /// Appends zeros that take no room, where the file system can do that.
    void append_zeros(std::uint64_t count);
    void sync();
    /// Has the system begin with that, where it can, and does not wait.
    void begin_sync() noexcept;
    /// Gives this file the mode, the group, the owner and the access control list of another, as far as the system
    /// lets this process. False if there is no other.
    bool take_access_of(const std::string& other);
    /// Throws errors of writing that the system reports only when a file is closed; this one stays open.
    void finish();
    /// The same, and closes it.
    void close();

    /// Takes the range for this object alone, against all processes, without waiting. Of a file that is open for
    /// reading it takes all.
    [[nodiscard]] LockAnswer try_lock(LockRange range);
    void unlock(LockRange range) noexcept;

  private:
    File(std::intptr_t handle, std::string path) : handle_(handle), own_(handle), path_(std::move(path)) {}
    void look();
    /// What it was opened as, for the system. Throws cancelled if that is the parent's.
    [[nodiscard]] std::intptr_t handle() const {
        own_.require_own();
        return handle_;
    }

    std::intptr_t handle_;
    OwnDescriptor own_;
    std::string path_;
    FileVersion version_;
    std::uint64_t end_ = 0;  // of what was appended
};

/// Nothing if there is no such file; io error for anything but a regular file. As a network file system's cache has it.
[[nodiscard]] std::optional<FileVersion> file_version(const std::string& path);
/// The same, as it is now.
[[nodiscard]] std::optional<FileVersion> file_version_now(const std::string& path);

/// Who owns what is at a path, for messages: "user anna".
[[nodiscard]] std::string owner_of(const std::string& path);

/// Gives a file another's name, in place of whatever file had it, all at once.
void rename_file(const std::string& from, const std::string& to);

/// No error if there is none.
void remove_file(const std::string& path);

}  // namespace voxbrick
