#include "store/temporary_file.hpp"

#include <cerrno>

#include "store/folders.hpp"
#include "store/locks.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view prefix = ".";
constexpr std::string_view suffix = ".voxbrick_tmp";

std::string temporary_path(const std::string& target) {
    const std::size_t name = target.rfind('/') + 1;
    return concat(target.substr(0, name), prefix, target.substr(name), suffix);
}

// Several times, because someone may be removing empty folders.
File open_making_folder(const std::string& path) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (auto file = File::open(path, File::Use::append)) return std::move(*file);
        make_folders(parent_of(path));
    }
    fail_system(ENOENT, "cannot open for writing", path);
}

std::unique_ptr<LockedFile> open_temporary(const std::string& path) {
    const auto ranges = file_locking() ? std::vector{temporary_byte} : std::vector<LockRange>{};
    return lock_file(path, ranges, open_making_folder);
}

}  // namespace

TemporaryFile::TemporaryFile(const std::string& target)
    : target_(target), path_(temporary_path(target)), open_(open_temporary(path_)) {
    // Only what an earlier writer left: after any truncation ext4 would write the file back when it is closed.
    if (file().size() > 0) file().truncate();
}

TemporaryFile::~TemporaryFile() {
    if (in_place_) return;
    try {
        remove_file(path_);
    } catch (const Error&) {
        // The error that brought us here is the one to tell; the next writer takes this file over.
    }
}

void TemporaryFile::put_in_place(bool durable) {
    if (durable) file().sync();
    file().finish();
    rename_file(path_, target_);
    in_place_ = true;
}

bool TemporaryFile::is_name_of_one(std::string_view name) {
    return name.size() > prefix.size() + suffix.size() && name.starts_with(prefix) && name.ends_with(suffix);
}

}  // namespace voxbrick
