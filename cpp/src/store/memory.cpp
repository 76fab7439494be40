// Objects in memory. What holds for files holds here: a blob is one version, changes in place are seen by
// whoever has that version open, and a replaced version lives on as long as somebody reads it.
#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "exec/process.hpp"
#include "store/locks.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

using Bytes = std::vector<std::byte>;

// Guards all objects in memory and the names they lie under. They are nowhere else, so a forked child could not get
// them anew: forking waits until nobody changes one. The mutex itself is new in the child, as threads that waited for
// the old one seem to do so for ever.
constinit Immortal<std::shared_mutex> objects_mutex;

using ReadLock = std::shared_lock<std::shared_mutex>;
using WriteLock = std::unique_lock<std::shared_mutex>;

[[maybe_unused]] const bool stays_whole_in_forks =
    (call_around_fork([] { objects_mutex.get().lock(); }, [] { objects_mutex.get().unlock(); },
                      [] { objects_mutex.forget(); }),
     true);

// Of objects and stores.
std::uint64_t next_number() {
    static std::atomic<std::uint64_t> number = 0;
    return ++number;
}

class Object {
  public:
    explicit Object(Bytes bytes) : bytes_(std::move(bytes)) {}

    BlobVersion version() const {
        const ReadLock lock(objects_mutex.get());
        return version_when_locked();
    }

    BlobVersion version_when_locked() const {
        const std::array<std::uint64_t, 2> token{number_, changes_};
        return BlobVersion(std::as_bytes(std::span(token)));
    }

    std::uint64_t size() const {
        const ReadLock lock(objects_mutex.get());
        return bytes_.size();
    }

    void read_at(std::uint64_t offset, MutableBytes out) const {
        const ReadLock lock(objects_mutex.get());
        if (offset > bytes_.size() || out.size() > bytes_.size() - offset) {
            fail(ErrorKind::corrupt, out.size(), " bytes wanted at byte ", offset, ", the object has ", bytes_.size());
        }
        const ByteView wanted = ByteView(bytes_).subspan(offset, out.size());
        std::copy(wanted.begin(), wanted.end(), out.begin());
    }

    void write_at(std::uint64_t offset, ByteView bytes) {
        const WriteLock lock(objects_mutex.get());
        if (offset + bytes.size() > bytes_.size()) bytes_.resize(offset + bytes.size());
        std::copy(bytes.begin(), bytes.end(), MutableBytes(bytes_).subspan(offset).begin());
        ++changes_;
    }

  private:
    const std::uint64_t number_ = next_number();
    Bytes bytes_;
    std::uint64_t changes_ = 0;
};

class MemoryBlob final : public Blob {
  public:
    explicit MemoryBlob(std::shared_ptr<const Object> object)
        : object_(std::move(object)), version_(object_->version()), size_(object_->size()) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
    [[nodiscard]] BlobVersion version() const noexcept override { return version_; }
    void read_at(std::uint64_t offset, MutableBytes out) const override { object_->read_at(offset, out); }

  private:
    std::shared_ptr<const Object> object_;
    BlobVersion version_;
    std::uint64_t size_;
};

using Objects = std::map<std::string, std::shared_ptr<Object>>;

/// To be asked with the objects locked.
bool matches(const Objects& objects, const std::string& key, const Expected& expected) {
    const auto found = objects.find(key);
    return expected.matches(found == objects.end() ? std::nullopt
                                                   : std::optional(found->second->version_when_locked()));
}

class MemoryWriter final : public BlobWriter {
  public:
    MemoryWriter(Objects& objects, std::string_view key) : objects_(objects), key_(key) {}

    void append(ByteView bytes) override { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    void append_zeros(std::uint64_t count) override { bytes_.resize(bytes_.size() + count); }

    void append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) override {
        Bytes copied(size);
        source.read_at(offset, copied);
        append(copied);
    }

    using BlobWriter::commit;
    [[nodiscard]] bool commit(ByteView head, const Expected& expected) override {
        std::copy(head.begin(), head.end(), bytes_.begin());
        auto object = std::make_shared<Object>(std::move(bytes_));
        const WriteLock lock(objects_mutex.get());
        if (!matches(objects_, key_, expected)) return false;
        objects_[key_].swap(object);  // the old one goes without the lock
        return true;
    }

  private:
    Objects& objects_;
    std::string key_;
    Bytes bytes_;
};

class MutableMemory final : public MutableBlob {
  public:
    MutableMemory(Objects& objects, std::string_view key, std::shared_ptr<Object> object,
                  std::unique_ptr<StoreLock> turn)
        : objects_(objects), key_(key), object_(std::move(object)), turn_(std::move(turn)) {}

    void write_at(std::uint64_t offset, ByteView bytes) override { object_->write_at(offset, bytes); }
    void sync() override {}
    [[nodiscard]] bool close() override {
        turn_ = nullptr;
        const ReadLock lock(objects_mutex.get());
        const auto found = objects_.find(key_);
        return found != objects_.end() && found->second == object_;
    }

  private:
    Objects& objects_;
    std::string key_;
    std::shared_ptr<Object> object_;
    std::unique_ptr<StoreLock> turn_;
};

class MemoryStore final : public Store {
  public:
    [[nodiscard]] std::string description() const override { return "memory"; }

    [[nodiscard]] std::shared_ptr<const Blob> open(std::string_view key) const override {
        const auto object = find(key);
        return object ? std::make_shared<MemoryBlob>(object) : nullptr;
    }

    [[nodiscard]] std::optional<BlobVersion> version(std::string_view key) const override {
        const auto object = find(key);
        return object ? std::optional(object->version()) : std::nullopt;
    }

    [[nodiscard]] Listing list_all() const override {
        const ReadLock lock(objects_mutex.get());
        Listing listing;
        for (const auto& [key, object] : objects_) listing.objects.push_back(key);
        return listing;
    }

    using Store::new_version;
    using Store::open_mutable;
    using Store::remove;

    [[nodiscard]] std::unique_ptr<BlobWriter> new_version(std::string_view key, bool, const StoreLock*) override {
        return std::make_unique<MemoryWriter>(objects_, key);
    }

    // Locks hold as long as there is the store, so nobody waits in vain.
    [[nodiscard]] std::unique_ptr<MutableBlob> open_mutable(std::string_view key, const StoreLock*) override {
        if (!find(key)) fail_absent(key);
        auto turn = lock_here(std::string(key), {change_byte});
        if (auto object = find(key))
            return std::make_unique<MutableMemory>(objects_, key, std::move(object), std::move(turn));
        fail_absent(key);
    }

    [[nodiscard]] bool remove(std::string_view key, bool, const Expected& expected, const StoreLock*) override {
        const WriteLock lock(objects_mutex.get());
        if (!matches(objects_, std::string(key), expected)) return false;
        objects_.erase(std::string(key));
        return true;
    }

    void sync(std::string_view) override {}

    [[nodiscard]] std::unique_ptr<StoreLock> lock(std::string_view anchor,
                                                  const std::vector<std::string>& names) override {
        return lock_ranges(anchor, ranges_of(names));
    }

    [[nodiscard]] std::unique_ptr<StoreLock> lock_all(std::string_view anchor) override {
        return lock_ranges(anchor, {all_names});
    }

    // No object has an empty key.
    [[nodiscard]] std::unique_ptr<StoreLock> lock_creation() override { return lock_here("", {all_names}); }

  private:
    [[noreturn]] static void fail_absent(std::string_view key) {
        fail(ErrorKind::not_found, "there is no object ", key, " in memory");
    }

    std::shared_ptr<Object> find(std::string_view key) const {
        const ReadLock lock(objects_mutex.get());
        const auto found = objects_.find(std::string(key));
        return found == objects_.end() ? nullptr : found->second;
    }

    std::unique_ptr<StoreLock> lock_ranges(std::string_view anchor, const std::vector<LockRange>& ranges) {
        if (!find(anchor)) fail_absent(anchor);
        return lock_here(anchor, ranges);
    }

    [[nodiscard]] std::unique_ptr<StoreLock> lock_here(std::string_view anchor, const std::vector<LockRange>& ranges) {
        return PerProcess<LockTable>::get().lock(concat("memory ", number_, "/", anchor), ranges);
    }

    const std::uint64_t number_ = next_number();
    Objects objects_;
};

}  // namespace

std::shared_ptr<Store> make_memory_store() {
    return std::make_shared<MemoryStore>();
}

}  // namespace voxbrick
