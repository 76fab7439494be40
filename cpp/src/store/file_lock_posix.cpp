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
int set_lock(int file, bool lock, LockRange range) {
    struct flock request {};
    request.l_type = static_cast<short>(lock ? F_WRLCK : F_UNLCK);
    request.l_whence = SEEK_SET;
    request.l_start = static_cast<off_t>(range.begin);
    request.l_len = static_cast<off_t>(range.length);
    return uninterrupted([&] { return ::fcntl(file, F_OFD_SETLK, &request); });
}

#else

constexpr bool has_ranges = false;

// Systems without such locks on ranges have them on whole files: every name excludes every other, which is
// slower but right.
int set_lock(int file, bool lock, LockRange) {
    return uninterrupted([&] { return ::flock(file, lock ? LOCK_EX | LOCK_NB : LOCK_UN); });
}

#endif

}  // namespace

bool locks_ranges() noexcept {
    return has_ranges;
}

LockAnswer File::try_lock(LockRange range) {
    if (set_lock(descriptor(handle_), true, range) == 0) return LockAnswer::taken;
    return answer_of(errno, path_);
}

void File::unlock(LockRange range) noexcept {
    (void)set_lock(descriptor(handle_), false, range);
}

}  // namespace voxbrick
