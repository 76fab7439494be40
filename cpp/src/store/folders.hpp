// Folders: made, and walked.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "voxbrick/store/store.hpp"

namespace voxbrick {

[[nodiscard]] std::filesystem::path to_path(std::string_view utf8);
[[nodiscard]] std::string from_path(const std::filesystem::path& path);

/// Independent of the working directory, without "/" at its end.
[[nodiscard]] std::string absolute_path(const std::string& path);

/// Without links: one text for one file, if it exists.
[[nodiscard]] std::string real_path(const std::string& path);

/// The path, or where links lead from it: a link in the place of a file stays, and what it leads to is replaced. Throws
/// io for a link that leads nowhere.
[[nodiscard]] std::string real_target(const std::string& path);

/// What is at a path: a link is a link, whatever it leads to.
[[nodiscard]] std::filesystem::file_type type_at(const std::string& path);

/// The folder that a path lies in.
[[nodiscard]] std::string parent_of(const std::string& path);

/// Makes a folder and those above it, where they are missing.
void make_folders(const std::string& folder);

/// The same, and waits until they would survive a power cut.
void make_lasting_folders(const std::string& folder);

/// Waits until the names on the way from the folder `root` to a path below it are on stable storage.
void sync_folders(const std::string& root, const std::string& path);

/// To be asked where `folder`/`key` could not be found. Throws io if that is not because it does not exist, but because
/// a link that leads nowhere, or a file in the place of a folder, is in the way below `folder`.
void check_absent(const std::string& folder, std::string_view key);

/// Paths of all that lies under a folder, relative to it, with "/" between their parts, sorted; objects are regular
/// files. Links are followed, but never in circles. What vanishes meanwhile is left out; in a missing folder there is
/// nothing.
[[nodiscard]] Listing list_folder(const std::string& folder);

}  // namespace voxbrick
