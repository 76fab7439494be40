// A folder as a store: an object is a file, its key the path.
//
// A new version of an object comes about so:
// 1. its bytes go to a temporary neighbour, so nobody sees them unfinished;
// 2. where it is to be `durable`, or replaces an older version, its bytes are brought to stable storage;
// 3. the object is looked at again, if something is expected of it;
// 4. the neighbour is closed, which may still report that the disk was full;
// 5. it is renamed to the object's name: whoever opens that gets the old file or the new, whole;
// 6. `durable`: the folders are brought to stable storage, so that the new name lasts.
#include <cerrno>

#include "exec/process.hpp"
#include "store/file_writer.hpp"
#include "store/folders.hpp"
#include "store/locks.hpp"
#include "store/open_file.hpp"
#include "store/system_error.hpp"
#include "store/temporary_file.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

class FileBlob final : public Blob {
  public:
    explicit FileBlob(File file) : file_(std::move(file)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return file_.version().size; }
    [[nodiscard]] BlobVersion version() const noexcept override { return file_.version().token(); }
    void read_at(std::uint64_t offset, MutableBytes out) const override { file_.read_at(offset, out); }

  private:
    File file_;
};

class MutableFile final : public MutableBlob {
  public:
    explicit MutableFile(std::unique_ptr<LockedFile> open, std::unique_ptr<StoreLock> turn)
        : turn_(std::move(turn)), open_(std::move(open)) {}

    void write_at(std::uint64_t offset, ByteView bytes) override { open_->file().write_at(offset, bytes); }
    void sync() override { open_->file().sync(); }
    [[nodiscard]] bool close() override {
        open_->file().finish();
        const bool seen = turn_ || open_->still_holds();
        open_ = nullptr;
        return seen;
    }

  private:
    std::unique_ptr<StoreLock> turn_;  // if files are not locked
    std::unique_ptr<LockedFile> open_;
};

GiveUp once_outdated(const StoreLock* lock) {
    if (lock == nullptr) return {};
    return [lock] { return !lock->still_holds(); };
}

// Where there is no array yet, there is no file of it to lock: a temporary stands in for it.
class CreationLock final : public StoreLock {
  public:
    explicit CreationLock(const std::string& target) : temporary_(TemporaryFile::make(target)) {}

  private:
    std::unique_ptr<TemporaryFile> temporary_;
};

class FilesystemStore final : public Store {
  public:
    /// `root` stays right when the process changes its working directory.
    FilesystemStore(std::string folder, std::string root) : folder_(std::move(folder)), root_(std::move(root)) {}

    [[nodiscard]] std::string description() const override { return folder_; }

    [[nodiscard]] std::shared_ptr<const Blob> open(std::string_view key) const override {
        auto file = File::open(path_of(key), File::Use::read);
        if (file) return std::make_shared<FileBlob>(std::move(*file));
        check_absent(root_, key);
        return nullptr;
    }

    [[nodiscard]] std::optional<BlobVersion> version(std::string_view key) const override {
        const auto version = file_version(path_of(key));
        if (version) return version->token();
        check_absent(root_, key);
        return std::nullopt;
    }

    [[nodiscard]] Listing list_all() const override {
        Listing listing = list_folder(root_);
        std::erase_if(listing.objects, [](const std::string& key) {
            return TemporaryFile::is_name_of_one(std::string_view(key).substr(key.rfind('/') + 1));
        });
        return listing;
    }

    using Store::new_version;
    using Store::open_mutable;
    using Store::remove;

    [[nodiscard]] std::unique_ptr<BlobWriter> new_version(std::string_view key, bool durable,
                                                          const StoreLock* under) override {
        return FileWriter::make(root_, path_of(key), durable, once_outdated(under));
    }

    [[nodiscard]] std::unique_ptr<MutableBlob> open_mutable(std::string_view key, const StoreLock* under) override {
        const std::string path = path_of(key);
        if (!file_locking()) {
            auto turn = PerProcess<LockTable>::get().lock(real_path(path), {change_byte}, once_outdated(under));
            if (!turn) return nullptr;
            return std::make_unique<MutableFile>(lock_file(path, {}, open_for_change), std::move(turn));
        }
        auto open = lock_file(path, {change_byte}, open_for_change, once_outdated(under));
        return open ? std::make_unique<MutableFile>(std::move(open), nullptr) : nullptr;
    }

    [[nodiscard]] bool remove(std::string_view key, bool durable, const Expected& expected,
                              const StoreLock* under) override {
        const std::string path = path_of(key);
        std::unique_ptr<TemporaryFile> turn;
        if (!expected.anything && file_version_now(path)) {
            // Whoever has it keeps others from replacing what is found until it is removed.
            turn = TemporaryFile::make(real_target(path), once_outdated(under));
            if (!turn) return false;
        }
        if (!is_as_expected(path, expected)) return false;
        remove_file(path);
        if (durable) sync_folders(root_, path);
        return true;
    }

    void sync(std::string_view key) override {
        const std::string path = path_of(key);
        auto file = File::open(path, File::Use::change);
        if (!file) return;
        file->sync();
        sync_folders(parent_of(root_), path);
    }

    [[nodiscard]] std::unique_ptr<StoreLock> lock(std::string_view anchor,
                                                  const std::vector<std::string>& names) override {
        return lock_ranges(path_of(anchor), ranges_of(names));
    }

    [[nodiscard]] std::unique_ptr<StoreLock> lock_all(std::string_view anchor) override {
        return lock_ranges(path_of(anchor), {all_names});
    }

    [[nodiscard]] std::unique_ptr<StoreLock> lock_creation() override {
        if (file_locking()) return std::make_unique<CreationLock>(path_of("array"));
        return PerProcess<LockTable>::get().lock(real_path(root_), {all_names});
    }

  private:
    std::string path_of(std::string_view key) const { return root_ + "/" + std::string(key); }

    static std::unique_ptr<StoreLock> lock_ranges(const std::string& anchor, const std::vector<LockRange>& ranges) {
        if (file_locking()) return lock_file_in_turn(anchor, ranges, open_for_change);
        (void)open_for_change(anchor);  // so that a folder that may not be written is refused in the same words
        return PerProcess<LockTable>::get().lock(real_path(anchor), ranges);
    }

    std::string folder_;
    std::string root_;
};

}  // namespace

std::shared_ptr<Store> open_filesystem_store(const std::string& folder, bool create) {
    if (folder.empty() || folder.find('\0') != std::string::npos) {
        fail(ErrorKind::invalid_argument, "the path of a folder may neither be empty nor contain a zero byte");
    }
    const std::string root = absolute_path(folder);
    if (create) make_lasting_folders(root);
    return std::make_shared<FilesystemStore>(folder, root);
}

}  // namespace voxbrick
