// A folder for one test, removed afterwards.
#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

class TemporaryFolder {
  public:
    TemporaryFolder() : path_(unused_path()) { std::filesystem::create_directories(path_); }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string string() const { return path_.string(); }
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

    void put(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
    }

  private:
    static std::filesystem::path unused_path() {
        return std::filesystem::temp_directory_path() / ("voxbrick_" + std::to_string(std::random_device()()));
    }

    std::filesystem::path path_;
};
