#include "store/folders.hpp"

#include <algorithm>
#include <system_error>

#include "store/file.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

namespace fs = std::filesystem;

bool means_absent(const std::error_code& error) {
    return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

void check(const std::error_code& error, std::string_view action, const fs::path& path) {
    if (error) fail_system(error.default_error_condition().value(), action, from_path(path));
}

// What a listed entry is, whatever a link leads to. The system is asked again for links only.
fs::file_type type_of(const fs::directory_entry& entry) {
    std::error_code error;
    if (entry.is_symlink(error)) return fs::status(entry.path(), error).type();
    if (entry.is_directory(error)) return fs::file_type::directory;
    if (entry.is_regular_file(error)) return fs::file_type::regular;
    return entry.exists(error) ? fs::file_type::unknown : fs::file_type::none;
}

class Walk {
  public:
    Listing found;

    /// `key` is what the paths of what lies in the folder begin with.
    void enter(const fs::path& folder, const std::string& key) {
        std::error_code error;
        const fs::path real = fs::canonical(folder, error);
        if (means_absent(error)) return;
        check(error, "cannot look at", folder);
        if (std::find(entered_.begin(), entered_.end(), real) != entered_.end()) return;  // a link to a folder above
        entered_.push_back(real);
        visit_all(folder, key);
        entered_.pop_back();
    }

  private:
    void visit_all(const fs::path& folder, const std::string& key) {
        std::error_code error;
        fs::directory_iterator entry(folder, error);
        while (!error && entry != fs::directory_iterator()) {
            visit(*entry, key + from_path(entry->path().filename()));
            entry.increment(error);
        }
        if (!means_absent(error)) check(error, "cannot list", folder);
    }

    void visit(const fs::directory_entry& entry, const std::string& key) {
        const fs::file_type type = type_of(entry);
        std::error_code error;
        if (type == fs::file_type::directory) {
            found.folders.push_back(key);
            enter(entry.path(), key + "/");
        } else if (type == fs::file_type::regular) {
            found.objects.push_back(key);
        } else if (type != fs::file_type::none || entry.is_symlink(error)) {  // none: just removed
            found.obstacles.push_back(key);
        }
    }

    std::vector<fs::path> entered_;  // the folders we are in, without links
};

[[noreturn]] void fail_at_dead_link(const fs::path& path) {
    fail(ErrorKind::io, "cannot open ", from_path(path), ": it is a link that leads nowhere");
}

std::string_view folder_of(std::string_view key) {
    const std::size_t slash = key.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : key.substr(0, slash);
}

}  // namespace

fs::path to_path(std::string_view utf8) {
    return {std::u8string(utf8.begin(), utf8.end())};
}

std::string from_path(const fs::path& path) {
    const std::u8string utf8 = path.generic_u8string();
    return {utf8.begin(), utf8.end()};
}

std::string absolute_path(const std::string& path) {
    std::error_code error;
    std::string absolute = from_path(fs::absolute(to_path(path), error));
    check(error, "cannot find", to_path(path));
    while (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
    return absolute;
}

std::string real_path(const std::string& path) {
    std::error_code error;
    const fs::path real = fs::weakly_canonical(to_path(path), error);
    check(error, "cannot look at", to_path(path));
    return from_path(real);
}

fs::file_type type_at(const std::string& path) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(to_path(path), error);
    if (status.type() == fs::file_type::none) check(error, "cannot look at", to_path(path));
    return status.type();
}

std::string real_target(const std::string& path) {
    if (type_at(path) != fs::file_type::symlink) return path;
    std::error_code error;
    const fs::path real = fs::canonical(to_path(path), error);
    if (means_absent(error)) fail_at_dead_link(to_path(path));
    check(error, "cannot look at", to_path(path));
    return from_path(real);
}

std::string parent_of(const std::string& path) {
    return path.substr(0, std::max(path.rfind('/'), std::size_t{1}));
}

void make_folders(const std::string& folder) {
    std::error_code error;
    fs::create_directories(to_path(folder), error);
    check(error, "cannot make the folder", to_path(folder));
}

void make_lasting_folders(const std::string& folder) {
    std::vector<std::string> missing;
    for (std::string path = folder; type_at(path) == fs::file_type::not_found; path = parent_of(path))
        missing.push_back(path);
    make_folders(folder);
    for (const std::string& path : missing) sync_folder(parent_of(path));
}

// All of them: whoever made a folder may not have asked for it to last.
void sync_folders(const std::string& root, const std::string& path) {
    std::string folder = path;
    do {
        folder = parent_of(folder);
        sync_folder(folder);
    } while (folder.size() > root.size());
}

// From the object upwards, to the first folder that is there: most absent objects lie in one.
void check_absent(const std::string& folder, std::string_view key) {
    for (std::string_view found = key; !found.empty(); found = folder_of(found)) {
        const std::string place = folder + "/" + std::string(found);
        const fs::path path = to_path(place);
        const fs::file_type type = type_at(place);
        if (type == fs::file_type::not_found) continue;
        std::error_code error;
        if (type == fs::file_type::symlink && !fs::exists(path, error)) fail_at_dead_link(path);
        if (found != key && !fs::is_directory(path, error))
            fail(ErrorKind::io, "cannot open ", folder, "/", key, ": ", from_path(path), " is no folder");
        return;
    }
}

Listing list_folder(const std::string& folder) {
    Walk walk;
    walk.enter(to_path(folder), "");
    for (auto* keys : {&walk.found.objects, &walk.found.folders, &walk.found.obstacles})
        std::sort(keys->begin(), keys->end());
    return std::move(walk.found);
}

}  // namespace voxbrick
