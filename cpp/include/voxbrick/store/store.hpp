// Where bytes live: objects under keys. A key is a relative path with "/" between its parts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "voxbrick/base/bytes.hpp"
#include "voxbrick/base/export.hpp"

namespace voxbrick {

/// Tells one version of an object from the next: replacing or changing it changes the version.
struct BlobVersion {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;

    friend bool operator==(const BlobVersion&, const BlobVersion&) = default;
};

/// One version of one object, open for reading. It stays readable, unchanged, after the object is
/// replaced or removed. Safe for concurrent use. A forked child has to open it anew: reading throws cancelled there.
class VOXBRICK_API Blob {
  public:
    virtual ~Blob() = default;
    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    [[nodiscard]] virtual BlobVersion version() const noexcept = 0;
    /// Fills `out` from byte `offset` on. Throws corrupt if the object ends before, io if reading fails.
    virtual void read_at(std::uint64_t offset, MutableBytes out) const = 0;
};

/// Takes the bytes of a new version, from first to last. Nobody sees it before `commit`; if it is destroyed
/// without, the old version stays and nothing is left behind.
class VOXBRICK_API BlobWriter {
  public:
    virtual ~BlobWriter() = default;
    virtual void append(ByteView bytes) = 0;
    /// Appends so many zeros, which take no room where the system can leave holes.
    virtual void append_zeros(std::uint64_t count) = 0;
    /// Appends bytes of another object.
    virtual void append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) = 0;
    /// Puts `head` in the place of the first bytes, and the new version in that of the old, all at once: readers
    /// see the old or the new. Comes last.
    virtual void commit(ByteView head) = 0;
};

/// An object open for changes in place.
class VOXBRICK_API MutableBlob {
  public:
    virtual ~MutableBlob() = default;
    virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
    /// Waits until what was written is on stable storage.
    virtual void sync() = 0;
    /// Ends writing; throws what a silent destructor would hide.
    virtual void close() = 0;
};

/// What there is, by key: sorted, temporary things left out.
struct Listing {
    std::vector<std::string> objects;
    std::vector<std::string> folders;    // in which others lie; no object is found under their keys
    std::vector<std::string> obstacles;  // neither: pipes, links that lead nowhere
};

/// Held as long as it lives. Locks of one process exclude each other too.
class VOXBRICK_API StoreLock {
  public:
    virtual ~StoreLock() = default;
};

/// Safe for concurrent use.
class VOXBRICK_API Store {
  public:
    virtual ~Store() = default;

    /// For messages: the folder, or a name.
    [[nodiscard]] virtual std::string description() const = 0;

    /// Null if, and only if, no such object exists; anything else that keeps it shut is an io error.
    [[nodiscard]] virtual std::shared_ptr<const Blob> open(std::string_view key) const = 0;
    /// The version that open would give; nothing if there is no such object.
    [[nodiscard]] virtual std::optional<BlobVersion> version(std::string_view key) const = 0;
    /// All there is. `open` refuses whatever is no object.
    [[nodiscard]] virtual Listing list_all() const = 0;
    /// The keys of all objects, sorted; temporary ones left out.
    [[nodiscard]] std::vector<std::string> list() const { return list_all().objects; }

    /// Begins a new version. With `durable`, committing it returns when it would survive a power cut.
    [[nodiscard]] virtual std::unique_ptr<BlobWriter> new_version(std::string_view key, bool durable) = 0;
    /// A new version of what `write` appends; if that throws, the old one stays.
    void replace(std::string_view key, bool durable, const std::function<void(BlobWriter&)>& write);
    /// Opens an existing object to change it in place.
    [[nodiscard]] virtual std::unique_ptr<MutableBlob> open_mutable(std::string_view key) = 0;
    /// No error if it does not exist. With `durable` it returns when the object would stay away after a power cut.
    virtual void remove(std::string_view key, bool durable) = 0;
    /// Waits until an object, as it is now, would survive a power cut, and so would the store. No error if there is
    /// no such object.
    virtual void sync(std::string_view key) = 0;

    /// Waits for the locks of `names` (any strings), excluding every other holder of one of them, in this
    /// process or another. `anchor` is the key of an object that exists and outlives the locks. Locks die
    /// with their process. Takes them in an order that cannot deadlock; do not nest. Who lets go of a name and asks
    /// for it again comes after those who waited.
    [[nodiscard]] virtual std::unique_ptr<StoreLock> lock(std::string_view anchor,
                                                          const std::vector<std::string>& names) = 0;
    /// Excludes every lock of that anchor: for replacing the anchor itself.
    [[nodiscard]] virtual std::unique_ptr<StoreLock> lock_all(std::string_view anchor) = 0;
    /// Excludes everyone else who is about to make an array here: for looking whether there is one, and making it.
    [[nodiscard]] virtual std::unique_ptr<StoreLock> lock_creation() = 0;
};

/// Replaces an object by these bytes.
VOXBRICK_API void replace_bytes(Store& store, std::string_view key, bool durable, ByteView bytes);

/// All bytes of an object of at most `limit` bytes; nothing if it does not exist. Throws
/// invalid_metadata for a larger one.
[[nodiscard]] VOXBRICK_API std::optional<std::string> read_text(const Store& store, std::string_view key,
                                                                std::uint64_t limit);

/// A folder. `create` makes it and its parents; otherwise a missing folder just has no objects.
[[nodiscard]] VOXBRICK_API std::shared_ptr<Store> open_filesystem_store(const std::string& folder, bool create);

/// Objects in memory, for tests and for tools that pack arrays elsewhere.
[[nodiscard]] VOXBRICK_API std::shared_ptr<Store> make_memory_store();

}  // namespace voxbrick
