// A temporary is always a file that this process has just made, so nothing that somebody else put under its name is
// ever written to:
//   1 make     the file, which fails where something has its name
//   2 lock     it, and look whether it still has its name: another process may have taken it for a leftover
// What has the name already is waited for, until the lock of whoever writes it is free. Then it is nobody's, and
// removed under that lock: so no two processes remove one leftover, and none a file that was made in its place.
#include "store/temporary_file.hpp"

#include <cerrno>

#include "exec/process.hpp"
#include "store/folders.hpp"
#include "store/locks.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = ".";
constexpr std::string_view suffix = ".voxbrick_tmp";
// Each is one more file that was made, or left, by others in the meantime.
constexpr int most_attempts = 1000;

std::string temporary_path(const std::string& target) {
    const std::size_t name = target.rfind('/') + 1;
    return concat(target.substr(0, name), prefix, target.substr(name), suffix);
}

bool is_refusal(const Error& error) {
    return error.system_code() == EACCES || error.system_code() == EPERM;
}

// Whoever may only read it can still find out whether it is being written.
std::optional<File> open_leftover(const std::string& path) {
    try {
        return File::open(path, File::Use::change, File::Links::refuse);
    } catch (const Error& error) {
        if (!is_refusal(error)) throw;
    }
    return File::open(path, File::Use::read, File::Links::refuse);
}

[[noreturn]] void fail_to_remove(const Error& error, const std::string& path) {
    throw Error(
        error.kind(),
        concat(error.what(), ". It is where new versions are written before they are put in place, left there by ",
               owner_of(path), ", whose process was killed. Its owner, or the folder's, has to delete it"),
        error.system_code());
}

void remove_leftover(const std::string& path, const std::vector<LockRange>& ranges, const GiveUp& give_up) {
    try {
        const auto leftover = lock_file(path, ranges, open_leftover, give_up);
        if (leftover) remove_file(path);
    } catch (const Error& error) {
        if (!is_refusal(error)) throw;
        fail_to_remove(error, path);
    }
}

std::unique_ptr<LockedFile> make_file(const std::string& path, const std::vector<LockRange>& ranges,
                                      const GiveUp& give_up) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        if (auto made = lock_file(path, ranges, File::create, give_up)) return made;
        if (attempt > 0 && give_up && give_up()) return nullptr;
        switch (type_at(path)) {
            case fs::file_type::not_found:
                make_folders(parent_of(path));
                break;
            case fs::file_type::regular:
                remove_leftover(path, ranges, give_up);
                break;
            default:
                fail(ErrorKind::io, "cannot open for writing ", path,
                     ": something that is no file has this name, which new versions are written under; delete it");
        }
    }
    fail_system(EBUSY, "cannot open for writing", path);
}

}  // namespace

std::unique_ptr<TemporaryFile> TemporaryFile::make(const std::string& target, const GiveUp& give_up) {
    std::unique_ptr<TemporaryFile> made(new TemporaryFile(target, temporary_path(target)));
    const bool locking = file_locking();
    if (!locking) {
        made->turn_ = PerProcess<LockTable>::get().lock(made->path_, {temporary_byte}, give_up);
        if (!made->turn_) return nullptr;
    }
    made->open_ = make_file(made->path_, locking ? std::vector{temporary_byte} : std::vector<LockRange>{}, give_up);
    if (!made->open_) return nullptr;
    made->replaces_ = made->file().take_access_of(target);
    return made;
}

TemporaryFile::~TemporaryFile() {
    if (!open_ || in_place_ || !process_.is_this_one()) return;
    try {
        remove_file(path_);
    } catch (const Error&) {
        // The error that brought us here is the one to tell; the next writer removes this file.
    }
}

void TemporaryFile::put_in_place() {
    file().finish();
    process_.require_this_one();
    rename_file(path_, target_);
    in_place_ = true;
}

bool TemporaryFile::is_name_of_one(std::string_view name) {
    return name.size() > prefix.size() + suffix.size() && name.starts_with(prefix) && name.ends_with(suffix);
}

}  // namespace voxbrick
