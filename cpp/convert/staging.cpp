#include "staging.hpp"

#include <algorithm>
#include <iostream>
#include <random>
#include <string>
#include <system_error>
#include <voxbrick/array/array.hpp>
#include <voxbrick/base/error.hpp>
#include <voxbrick/store/store.hpp>

namespace fs = std::filesystem;
using voxbrick::ErrorKind;
using voxbrick::fail;

namespace {

bool lies_in(const fs::path& inner, const fs::path& outer) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

fs::path resolved(const fs::path& folder) {
    fs::path path = fs::weakly_canonical(fs::absolute(folder));
    return path.has_filename() ? path : path.parent_path();
}

// Only an array may be replaced: it opens.
void check_replaceable(const fs::path& target, bool overwrite) {
    if (!fs::exists(target) || (fs::is_directory(target) && fs::is_empty(target))) return;
    if (!overwrite) fail(ErrorKind::already_exists, target.string(), " is there already; --overwrite replaces it");
    (void)voxbrick::Array::open(target.string());
}

bool is_staging(const fs::path& path, const fs::path& target) {
    const std::string name = path.filename().string();
    return name.starts_with("." + target.filename().string() + ".") &&
           (name.ends_with(".new") || name.ends_with(".old"));
}

// What a killed run left. Nobody knows whether another one is still at work, so it is told and not removed.
void tell_leftovers(const fs::path& target) {
    for (const fs::directory_entry& entry : fs::directory_iterator(target.parent_path()))
        if (is_staging(entry.path(), target))
            std::cerr << "voxbrick-convert: " << entry.path().string()
                      << (entry.path().extension() == ".old" ? " is the array that a killed run was replacing"
                                                             : " is what a killed run left; remove it")
                      << ", unless another run is still at work\n";
}

// Waits until all objects of an array, and the folder's name, would survive a power cut.
void sync_all(const fs::path& folder) {
    const auto store = voxbrick::open_filesystem_store(folder.string(), false);
    for (const std::string& key : store->list()) store->sync(key);
}

// The same for an array whose objects would.
void sync_name(const fs::path& folder) {
    const auto store = voxbrick::open_filesystem_store(folder.string(), false);
    store->sync(store->list().front());
}

}  // namespace

Staging::Staging(const fs::path& source, const fs::path& target, bool overwrite) : target_(resolved(target)) {
    const fs::path from = resolved(source);
    if (lies_in(target_, from) || lies_in(from, target_))
        fail(ErrorKind::invalid_argument, "SOURCE and TARGET lie in each other: ", from.string(), " and ",
             target_.string());
    check_replaceable(target_, overwrite);
    const std::string token = std::to_string(std::random_device{}());
    const auto neighbour = [&](const char* which) {
        return target_.parent_path() / ("." + target_.filename().string() + "." + token + which);
    };
    folder_ = neighbour(".new");
    old_ = neighbour(".old");
    fs::create_directories(target_.parent_path());
    tell_leftovers(target_);
}

Staging::~Staging() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void Staging::commit() {
    const bool replaces = fs::exists(target_);
    if (replaces) {
        sync_all(folder_);
        fs::rename(target_, old_);
    }
    try {
        fs::rename(folder_, target_);
    } catch (const fs::filesystem_error&) {
        std::error_code ignored;  // the error at hand is the one to tell
        if (replaces) fs::rename(old_, target_, ignored);
        throw;
    }
    if (!replaces) return;
    sync_name(target_);
    fs::remove_all(old_);
}
