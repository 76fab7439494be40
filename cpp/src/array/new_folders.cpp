#include "array/new_folders.hpp"

#include <system_error>

namespace voxbrick {

namespace fs = std::filesystem;

NewFolders::NewFolders(const std::string& folder) {
    std::error_code error;
    fs::path path = fs::absolute(folder, error).lexically_normal();
    for (; !error && path.has_relative_path() && !fs::exists(path, error); path = path.parent_path())
        missing_.push_back(path);
}

NewFolders::~NewFolders() {
    if (!process_.is_this_one()) return;
    std::error_code ignored;
    for (const fs::path& path : missing_)
        if (fs::is_directory(fs::symlink_status(path, ignored))) fs::remove(path, ignored);  // if it is empty
}

}  // namespace voxbrick
