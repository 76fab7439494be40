#include "store/system_error.hpp"

#include <cerrno>
#include <system_error>

#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

std::string_view advice(int code) {
    switch (code) {
        case ENOSPC:
#ifdef EDQUOT
        case EDQUOT:
#endif
            return "; free some space and try again";
        case EROFS:
            return "; write to a copy on a file system that is mounted for writing";
        case EACCES:
        case EPERM:
            return "; check the permissions of the file and of the folders above it";
        case EMFILE:
            return "; raise the limit of open files (ulimit -n)";
        default:
            return "";
    }
}

// Only a file system mounted for reading is read_only: nobody may write there. EACCES depends on who asks
// and on the one file, so it stays io, with the code that tells the reason.
ErrorKind kind_of(int code) {
    return code == EROFS ? ErrorKind::read_only : ErrorKind::io;
}

}  // namespace

void fail_system(int code, std::string_view action, const std::string& path) {
    const std::string reason = std::generic_category().message(code);
    throw Error(kind_of(code), concat(action, " ", path, ": ", reason, advice(code)), code);
}

bool says_replaced([[maybe_unused]] const Error& error) {
#ifdef ESTALE
    return error.system_code() == ESTALE;
#else
    return false;
#endif
}

}  // namespace voxbrick
