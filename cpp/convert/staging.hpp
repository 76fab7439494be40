// A folder that appears when it is complete.
#pragma once

#include <filesystem>

class Staging {
  public:
    /// Throws voxbrick::Error: already_exists where the target is something that may not be replaced,
    /// invalid_argument where it and the source lie in each other.
    Staging(const std::filesystem::path& source, const std::filesystem::path& target, bool overwrite);
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    /// Removes what was not committed.
    ~Staging();

    /// A neighbour of the target, to be filled.
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Puts the folder in the place of the target.
    void commit();

  private:
    std::filesystem::path target_;
    std::filesystem::path folder_;
    std::filesystem::path old_;
};
