#include <fcntl.h>
#include <sys/file.h>

#include "store/file.hpp"
#include "store/posix.hpp"
#include "store/system_error.hpp"

namespace voxbrick {
namespace {

LockAnswer answer_of(int code, const std::string& path) {
    switch (code) {
        case EAGAIN:
        case EACCES:
            return LockAnswer::busy;
        case ENOLCK:
        case ENOSYS:
        case EOPNOTSUPP:
        case EINVAL:
            return LockAnswer::unsupported;
        default:
            fail_system(code, "cannot lock", path);
    }
}

#ifdef F_OFD_SETLK

constexpr bool has_ranges = true;

// Locks of the open file description: they exclude other openings by the same process too, do not
// vanish when some other descriptor of the file is closed, and die with the process.
int set_range(int file, int type, LockRange range) {
    struct flock request {};
    request.l_type = static_cast<short>(type);
    request.l_whence = SEEK_SET;
    request.l_start = static_cast<off_t>(range.begin);
    request.l_len = static_cast<off_t>(range.length);
    return uninterrupted([&] { return ::fcntl(file, F_OFD_SETLK, &request); });
}

int set_whole(int file, int how) {
    return uninterrupted([&] { return ::flock(file, how); });
}

// Who may only read a file gets no exclusive lock of a range. A shared one keeps out those who may write, and one of
// the whole file those who may only read.
int lock_for_reading(int file, LockRange range) {
    if (set_whole(file, LOCK_EX | LOCK_NB) != 0) return -1;
    if (set_range(file, F_RDLCK, range) == 0) return 0;
    const int code = errno;
    (void)set_whole(file, LOCK_UN);
    return errno = code, -1;
}

bool is_for_reading(int file) {
    return (::fcntl(file, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

int lock_range(int file, LockRange range) {
    return is_for_reading(file) ? lock_for_reading(file, range) : set_range(file, F_WRLCK, range);
}

void unlock_range(int file, LockRange range) {
    (void)set_range(file, F_UNLCK, range);
    if (is_for_reading(file)) (void)set_whole(file, LOCK_UN);
}

#else

constexpr bool has_ranges = false;

// Systems without such locks on ranges have them on whole files: every name excludes every other, which is
// slower but right.
int lock_range(int file, LockRange) {
    return uninterrupted([&] { return ::flock(file, LOCK_EX | LOCK_NB); });
}

void unlock_range(int file, LockRange) {
    (void)::flock(file, LOCK_UN);
}

#endif

}  // namespace

bool locks_ranges() noexcept {
    return has_ranges;
}

LockAnswer File::try_lock(LockRange range) {
    if (lock_range(descriptor(handle()), range) == 0) return LockAnswer::taken;
    return answer_of(errno, path_);
}

void File::unlock(LockRange range) noexcept {
    if (!own_.is_of_parent()) unlock_range(descriptor(handle_), range);
}

}  // namespace voxbrick
