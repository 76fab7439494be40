#include "store/open_file.hpp"

#include <cerrno>

#include "store/folders.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

File open_for_change(const std::string& path) {
    if (auto file = File::open(path, File::Use::change)) return std::move(*file);
    throw Error(ErrorKind::not_found, concat("cannot open for writing ", path, ": there is no such file"), ENOENT);
}

// Several times, because someone may be removing it, or empty folders.
File open_or_make(const std::string& path) {
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (auto file = File::open(path, File::Use::change)) return std::move(*file);
        if (auto file = File::create(path)) return std::move(*file);
        make_folders(parent_of(path));
    }
    (void)real_target(path);  // tells a link that leads nowhere
    fail_system(ENOENT, "cannot open for writing", path);
}

}  // namespace voxbrick
