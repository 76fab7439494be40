// Folders that exist only if what they are made for succeeds.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exec/process.hpp"

namespace voxbrick {

/// Remembers which of a folder and those above it are missing. Removes them when it is destroyed, if they are there
/// then and empty, unless they are to be kept. A forked child leaves them alone.
class NewFolders {
  public:
    explicit NewFolders(const std::string& folder);
    NewFolders(const NewFolders&) = delete;
    NewFolders& operator=(const NewFolders&) = delete;
    ~NewFolders();

    void keep() noexcept { missing_.clear(); }

  private:
    Process process_;
    std::vector<std::filesystem::path> missing_;  // inner ones first
};

}  // namespace voxbrick
