#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "store/file.hpp"
#include "store/posix.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// Linux moves no more than this at once; macOS refuses more.
constexpr std::size_t longest_transfer = 0x7ffff000;

// A path on which something is in the way leads nowhere either; what it is, `check_absent` finds out.
bool means_absent(int code) {
    return code == ENOENT || code == ENOTDIR;
}

#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileVersion version_of(const struct stat& status, const std::string& path) {
    if (S_ISDIR(status.st_mode)) fail_system(EISDIR, "cannot open", path);
    if (!S_ISREG(status.st_mode)) fail(ErrorKind::io, "cannot open ", path, ": it is not a regular file");
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
            static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

int open_without_waiting(const std::string& path, int flags) {
    // Without O_NONBLOCK the opening of a pipe would wait for its other end.
    return uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK); });
}

// A file that somebody has a lease on (Samba, an NFS server) is opened once they gave that up, which the system makes
// them do within seconds. What is opened here is known to be a regular file, for which nothing else has to be waited.
int open_after_lease(const std::string& path, int flags) {
    struct stat status {};
    const auto look = [&] {
        return (flags & O_NOFOLLOW) != 0 ? ::lstat(path.c_str(), &status) : ::stat(path.c_str(), &status);
    };
    if (look() != 0) return -1;
    if (!S_ISREG(status.st_mode)) return errno = EAGAIN, -1;
    return uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC); });
}

// A network file system may know a name of a file that was replaced on another machine. Asked again, it looks there.
int open_descriptor(const std::string& path, int flags) {
    int file = open_without_waiting(path, flags);
    if (file < 0 && errno == ESTALE) file = open_without_waiting(path, flags);
    if (file < 0 && errno == EAGAIN) file = open_after_lease(path, flags);
    return file;
}

off_t to_offset(std::uint64_t offset, const std::string& path) {
    if (offset > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
        fail(ErrorKind::corrupt, path, ": no file reaches byte ", offset);
    }
    return static_cast<off_t>(offset);
}

/// Hands all of `bytes` to `write`, which takes what it can of them.
template <class Write>
void write_all(ByteView bytes, const std::string& path, Write write) {
    while (!bytes.empty()) {
        const ByteView piece = bytes.first(std::min(bytes.size(), longest_transfer));
        const ssize_t written = uninterrupted([&] { return write(piece); });
        if (written < 0) fail_system(errno, "cannot write", path);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

int sync_descriptor(int file) {
#ifdef F_FULLFSYNC  // macOS: fsync alone leaves the bytes in the drive's own memory
    if (::fcntl(file, F_FULLFSYNC) == 0) return 0;
#endif
    return uninterrupted([&] { return ::fsync(file); });
}

}  // namespace

std::optional<File> File::open(const std::string& path, Use use, Links links) {
    const int access = use == Use::read ? O_RDONLY : O_RDWR;
    const int file = open_descriptor(path, links == Links::refuse ? access | O_NOFOLLOW : access);
    if (file < 0) {
        if (means_absent(errno)) return std::nullopt;
        fail_system(errno, use == Use::read ? "cannot open" : "cannot open for writing", path);
    }
    File opened(file, path);
    opened.look();
    return opened;
}

// O_EXCL follows no link.
std::optional<File> File::create(const std::string& path) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    const int file = uninterrupted([&] { return ::open(path.c_str(), flags, 0666); });
    if (file < 0) {
        if (means_absent(errno) || errno == EEXIST) return std::nullopt;
        fail_system(errno, "cannot open for writing", path);
    }
    File made(file, path);
    made.look();
    return made;
}

void File::look() {
    struct stat status {};
    if (::fstat(descriptor(handle()), &status) != 0) fail_system(errno, "cannot look at", path_);
    version_ = version_of(status, path_);
}

File::File(File&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)),
      own_(std::move(other.own_)),
      path_(std::move(other.path_)),
      version_(other.version_),
      end_(other.end_) {}

File::~File() {
    if (handle_ < 0 || own_.is_of_parent()) return;
    own_.forget();
    ::close(descriptor(handle_));
}

std::uint64_t File::size() const {
    struct stat status {};
    if (::fstat(descriptor(handle()), &status) != 0) fail_system(errno, "cannot look at", path_);
    return static_cast<std::uint64_t>(status.st_size);
}

void File::read_at(std::uint64_t offset, MutableBytes out) const {
    const std::uint64_t wanted = out.size();
    const std::uint64_t begin = offset;
    while (!out.empty()) {
        const std::size_t size = std::min(out.size(), longest_transfer);
        const off_t at = to_offset(offset, path_);
        const ssize_t got = uninterrupted([&] { return ::pread(descriptor(handle()), out.data(), size, at); });
        if (got < 0) fail_system(errno, "cannot read", path_);
        if (got == 0) {
            fail(ErrorKind::corrupt, path_, ": ", wanted, " bytes wanted at byte ", begin, ", found ", offset - begin,
                 " before the end of the file");
        }
        offset += static_cast<std::uint64_t>(got);
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

void File::write_at(std::uint64_t offset, ByteView bytes) {
    write_all(bytes, path_, [&](ByteView piece) {
        const ssize_t written = ::pwrite(descriptor(handle()), piece.data(), piece.size(), to_offset(offset, path_));
        if (written > 0) offset += static_cast<std::uint64_t>(written);
        return written;
    });
}

void File::append(ByteView bytes) {
    write_at(end_, bytes);
    end_ += bytes.size();
}

void File::append_zeros(std::uint64_t count) {
    const off_t end = to_offset(end_ + count, path_);
    if (uninterrupted([&] { return ::ftruncate(descriptor(handle()), end); }) != 0)
        fail_system(errno, "cannot write", path_);
    end_ += count;
}

void File::sync() {
    if (sync_descriptor(descriptor(handle())) != 0) fail_system(errno, "cannot bring to stable storage", path_);
}

void File::begin_sync() noexcept {
#ifdef __linux__
    (void)::sync_file_range(descriptor(handle_), 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

// Every closing of a descriptor asks, be it the last one of the file or not.
void File::finish() {
    const int copy = ::fcntl(descriptor(handle()), F_DUPFD_CLOEXEC, 0);
    if (copy < 0 || (::close(copy) != 0 && errno != EINTR)) fail_system(errno, "cannot finish writing", path_);
}

void File::close() {
    const int file = descriptor(handle());
    own_.forget();
    handle_ = -1;
    // Not repeated after a signal: the descriptor is gone by then, and may already be another thread's.
    const int result = ::close(file);
    if (result != 0 && errno != EINTR) fail_system(errno, "cannot finish writing", path_);
}

std::optional<FileVersion> file_version(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return version_of(status, path);
    if (means_absent(errno)) return std::nullopt;
    fail_system(errno, "cannot look at", path);
}

// To open a file makes network file systems ask the server what it is.
std::optional<FileVersion> file_version_now(const std::string& path) {
    const auto file = File::open(path, File::Use::read);
    return file ? std::optional(file->version()) : std::nullopt;
}

void rename_file(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) fail_system(errno, "cannot put a new version in the place of", to);
}

void remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && !means_absent(errno)) fail_system(errno, "cannot remove", path);
}

void sync_folder(const std::string& folder) {
    const int file = uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (file < 0 && (means_absent(errno) || errno == EACCES)) return;
    if (file < 0) fail_system(errno, "cannot open", folder);
    const int code = sync_descriptor(file) == 0 ? 0 : errno;
    ::close(file);
    // Some file systems have no such thing for folders.
    if (code != 0 && code != EINVAL && code != EOPNOTSUPP) fail_system(code, "cannot bring to stable storage", folder);
}

}  // namespace voxbrick
