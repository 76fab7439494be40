// Who may do what with a file. What replaces a file is as open, or closed, as that was: a folder that people share
// stays theirs, whoever writes to it under whichever umask.
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/xattr.h>
#endif

#include <vector>

#include "store/file.hpp"
#include "store/posix.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr mode_t mode_bits = 0777;  // without those that a new content has no right to: setuid, setgid, sticky

#ifdef __linux__

constexpr const char* acl_name = "system.posix_acl_access";

using AccessControlList = std::vector<char>;

// Empty where there is none, or no such thing. `get` is fgetxattr or getxattr of one file.
template <class Get>
AccessControlList read_acl(Get get) {
    for (int attempt = 0; attempt < 3; ++attempt) {  // it may grow between the two questions
        const ssize_t size = get(nullptr, 0);
        if (size <= 0) break;
        AccessControlList list(static_cast<std::size_t>(size));
        const ssize_t got = get(list.data(), list.size());
        if (got < 0) continue;
        list.resize(static_cast<std::size_t>(got));
        return list;
    }
    return {};
}

// A new file may have got a list of its own, from its folder.
void take_acl(int file, const char* other) {
    const auto wanted = read_acl([&](char* to, std::size_t size) { return ::getxattr(other, acl_name, to, size); });
    const auto found = read_acl([&](char* to, std::size_t size) { return ::fgetxattr(file, acl_name, to, size); });
    if (wanted == found) return;
    if (wanted.empty())
        (void)::fremovexattr(file, acl_name);
    else
        (void)::fsetxattr(file, acl_name, wanted.data(), wanted.size(), 0);
}

#else

void take_acl(int, const char*) {}

#endif

// Only root may give files away, and others only to groups they are in.
void take_owner(int file, const struct stat& own, const struct stat& other) {
    if (own.st_uid == other.st_uid && own.st_gid == other.st_gid) return;
    if (::fchown(file, other.st_uid, other.st_gid) == 0) return;
    (void)!::fchown(file, static_cast<uid_t>(-1), other.st_gid);
}

}  // namespace

// What the system refuses stays as it is for a new file here: the voxels are worth more.
bool File::take_access_of(const std::string& other) {
    const int file = descriptor(handle());
    struct stat theirs {};
    struct stat ours {};
    if (::stat(other.c_str(), &theirs) != 0) return false;
    if (::fstat(file, &ours) != 0) fail_system(errno, "cannot look at", path_);
    take_owner(file, ours, theirs);
    take_acl(file, other.c_str());
    if (::fstat(file, &ours) == 0 && ((ours.st_mode ^ theirs.st_mode) & mode_bits) != 0)
        (void)::fchmod(file, theirs.st_mode & mode_bits);
    return true;
}

std::string owner_of(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return "an unknown user";
    std::vector<char> text(std::size_t{1} << 14);
    struct passwd entry {};
    struct passwd* found = nullptr;
    const int code = ::getpwuid_r(status.st_uid, &entry, text.data(), text.size(), &found);
    if (code != 0 || found == nullptr) return concat("user ", status.st_uid);
    return concat("user ", entry.pw_name);
}

}  // namespace voxbrick
