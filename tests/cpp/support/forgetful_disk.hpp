// A disk that forgets what was not synced: records the calls that change a folder, and makes of them every state that a
// power cut may have left. Linux only.
#pragma once

#include "support/system_calls.hpp"

#ifdef __linux__

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What a power cut leaves of the bytes of a file that were written since it was synced last.
enum class Bytes { lost, torn, kept };

class ForgetfulDisk final : public CallObserver {
  public:
    /// All that lies in the folder now counts as synced.
    explicit ForgetfulDisk(std::filesystem::path folder) : folder_(std::move(folder)) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            const std::string name = name_of(entry.path());
            if (entry.is_directory()) {
                names_.push_back({name, made_folder_id, {}, false, true});
            } else {
                std::ifstream stream(entry.path(), std::ios::binary);
                const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
                const int file = file_at(entry.path().c_str(), name, true);
                files_[static_cast<std::size_t>(file)].versions.push_back({0, bytes, true});
            }
        }
        observe_calls(this);
    }
    ~ForgetfulDisk() override { observe_calls(nullptr); }
    ForgetfulDisk(const ForgetfulDisk&) = delete;
    ForgetfulDisk& operator=(const ForgetfulDisk&) = delete;

    /// How many calls there were until now.
    [[nodiscard]] std::size_t now() const { return calls_; }

    /// How many changes of names are not synced after so many calls: any number of them, from the first on, may have
    /// reached the disk.
    [[nodiscard]] std::size_t open_names(std::size_t calls) const {
        return static_cast<std::size_t>(
            std::count_if(names_.begin(), names_.end(), [&](const Name& name) { return is_open(name, calls); }));
    }

    /// Makes, in an empty folder, what a power cut after so many calls left.
    void restore(std::size_t calls, std::size_t names_kept, Bytes bytes, const std::filesystem::path& to) const {
        std::map<std::string, int> tree;
        for (const Name& name : names_) {
            if (name.call > calls) continue;
            if (is_open(name, calls)) {
                if (names_kept == 0) continue;  // what is synced in another folder is kept all the same
                --names_kept;
            }
            if (name.is_removal)
                tree.erase(name.path);
            else
                tree[name.path] = name.file;
            if (!name.from.empty()) tree.erase(name.from);
        }
        for (const auto& [path, file] : tree) {  // folders come before what lies in them
            const std::filesystem::path place = to / path;
            if (!std::filesystem::is_directory(place.parent_path())) continue;
            if (file == made_folder_id)
                std::filesystem::create_directory(place);
            else
                std::ofstream(place, std::ios::binary) << content(static_cast<std::size_t>(file), calls, bytes);
        }
    }

  private:
    static constexpr int made_folder_id = -1;
    static constexpr std::size_t never = ~std::size_t{0};

    struct Version {
        std::size_t call;
        std::string bytes;
        bool synced;
    };
    struct RecordedFile {
        std::vector<Version> versions;
    };
    struct Name {
        std::string path;
        int file;
        std::string from;  // of a rename
        bool is_removal;
        bool at_start = false;
        std::size_t call = 0;
        std::size_t synced = never;
    };

    static bool is_open(const Name& name, std::size_t calls) {
        return !name.at_start && name.call <= calls && name.synced > calls;
    }

    [[nodiscard]] std::string content(std::size_t file, std::size_t calls, Bytes bytes) const {
        std::string last;
        std::string synced;
        for (const Version& version : files_[file].versions) {
            if (version.call > calls) break;
            last = version.bytes;
            if (version.synced) synced = version.bytes;
        }
        if (bytes == Bytes::lost) return synced;
        return bytes == Bytes::kept
                   ? last
                   : synced.substr(0, last.size() / 2) + last.substr(std::min(synced.size(), last.size() / 2));
    }

    [[nodiscard]] std::string name_of(const std::filesystem::path& path) const {
        const std::string name = path.lexically_relative(folder_).string();
        return name.starts_with("..") ? "" : name;
    }

    static std::string path_of(int file) {
        std::error_code ignored;
        return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), ignored).string();
    }

    // A file that is seen for the first time was just made.
    int file_at(const char* path, const std::string& name, bool at_start = false) {
        struct stat status {};
        if (::stat(path, &status) != 0) return made_folder_id;
        const auto [found, is_new] = ids_.try_emplace(status.st_ino, static_cast<int>(files_.size()));
        if (is_new) {
            files_.emplace_back();
            names_.push_back({name, found->second, {}, false, at_start, calls_});
            inodes_[name] = status.st_ino;
        }
        return found->second;
    }

    // The system gives the number of an inode that is gone to the next file.
    void forget_inode_of(const std::string& name) {
        const auto found = inodes_.find(name);
        if (found == inodes_.end()) return;
        ids_.erase(found->second);
        inodes_.erase(found);
    }

    void change(int file, const std::function<void(std::string&)>& action, bool synced = false) {
        const std::string path = path_of(file);
        const std::string name = name_of(path);
        if (name.empty() || name == ".") return;
        const std::lock_guard lock(mutex_);
        ++calls_;
        const int id = file_at(path.c_str(), name);
        if (id == made_folder_id) return;
        auto& versions = files_[static_cast<std::size_t>(id)].versions;
        std::string bytes = versions.empty() ? std::string() : versions.back().bytes;
        action(bytes);
        versions.push_back({calls_, bytes, synced});
    }

    void wrote(int file, std::int64_t offset, const void* bytes, std::size_t size) override {
        change(file, [&](std::string& content) {
            const auto begin = static_cast<std::size_t>(offset);
            if (content.size() < begin + size) content.resize(begin + size);
            content.replace(begin, size, static_cast<const char*>(bytes), size);
        });
    }

    void cut(int file, std::int64_t size) override {
        change(file, [&](std::string& content) { content.resize(static_cast<std::size_t>(size)); });
    }

    void synced(int file) override {
        const std::filesystem::path path = path_of(file);
        if (!std::filesystem::is_directory(path))
            return change(
                file, [](std::string&) {}, true);
        const std::string folder = name_of(path);
        if (folder.empty()) return;
        const std::lock_guard lock(mutex_);
        ++calls_;
        for (Name& name : names_)
            if (name.synced == never && std::filesystem::path(name.path).parent_path() == (folder == "." ? "" : folder))
                name.synced = calls_;
    }

    void renamed(const char* from, const char* to) override {
        if (name_of(to).empty()) return;
        const std::lock_guard lock(mutex_);
        ++calls_;
        forget_inode_of(name_of(to));
        const int id = file_at(to, name_of(from));
        const auto moved = inodes_.extract(name_of(from));
        if (!moved.empty()) inodes_[name_of(to)] = moved.mapped();
        names_.push_back({name_of(to), id, name_of(from), false, false, calls_});
    }

    void removed(const char* path) override {
        if (name_of(path).empty()) return;
        const std::lock_guard lock(mutex_);
        ++calls_;
        forget_inode_of(name_of(path));
        names_.push_back({name_of(path), 0, {}, true, false, calls_});
    }

    void made_folder(const char* path) override {
        if (name_of(path).empty() || name_of(path) == ".") return;
        const std::lock_guard lock(mutex_);
        ++calls_;
        names_.push_back({name_of(path), made_folder_id, {}, false, false, calls_});
    }

    std::filesystem::path folder_;
    std::mutex mutex_;
    std::size_t calls_ = 0;
    std::vector<RecordedFile> files_;
    std::map<ino_t, int> ids_;
    std::map<std::string, ino_t> inodes_;
    std::vector<Name> names_;
};

#endif
