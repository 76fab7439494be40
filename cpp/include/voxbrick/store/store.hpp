// Where bytes live: objects under keys. A key is a relative path with "/" between its parts.
#pragma once

#include <array>
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

/// Tells one version of an object from others: a token that the store makes and everyone else only compares, as the
/// ETag of an object store. An object that is replaced gets another one. So does one that is changed in place, unless
/// that happens within one tick of the file system's clock (a few milliseconds) and leaves its size.
class VOXBRICK_API BlobVersion {
  public:
    static constexpr std::size_t longest = 48;

    /// Throws invalid_argument for a token of more bytes.
    explicit BlobVersion(ByteView token);

    [[nodiscard]] ByteView token() const noexcept { return ByteView(bytes_).first(size_); }

    friend bool operator==(const BlobVersion&, const BlobVersion&) = default;

  private:
    std::array<std::byte, longest> bytes_{};
    std::size_t size_ = 0;
};

/// What has to be under a key for a new version to take its place there. Object stores know it as If-Match and
/// If-None-Match.
struct Expected {
    bool anything = true;
    std::optional<BlobVersion> version = std::nullopt;  // nothing: there has to be no object

    [[nodiscard]] static Expected exactly(std::optional<BlobVersion> version) { return {false, version}; }
    [[nodiscard]] bool matches(const std::optional<BlobVersion>& found) const { return anything || found == version; }
};

/// One version of one object, open for reading. It stays readable, unchanged, after the object is replaced or removed;
/// on network file systems only if that happens on this machine, otherwise reading throws io with ESTALE. What is
/// changed in place (MutableBlob) changes here, too. Safe for concurrent use. A forked child has to open it anew:
/// reading throws cancelled there.
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
    /// Whether `commit` waits until the new version is on stable storage, which can take longer than all the rest.
    /// Several that do are best committed in parallel.
    [[nodiscard]] virtual bool waits_for_storage() const { return false; }
    /// Says that nothing will be appended any more, so that what `commit` waits for can begin.
    virtual void begin_sync() {}
    /// Puts `head` in the place of the first bytes, and the new version in that of the old, all at once: readers
    /// see the old or the new. Comes last. False if the old one is not what is expected; then nothing has changed. No
    /// two writers that commit through a store see the same old version; programs that do without can change it between
    /// the look at it and the replacement, which follow each other within microseconds.
    [[nodiscard]] virtual bool commit(ByteView head, const Expected& expected) = 0;
    void commit(ByteView head) { (void)commit(head, {}); }
};

/// An object open for changes in place. It excludes every other one of that object, in this process or another.
class VOXBRICK_API MutableBlob {
  public:
    virtual ~MutableBlob() = default;
    virtual void write_at(std::uint64_t offset, ByteView bytes) = 0;
    /// Waits until what was written is on stable storage.
    virtual void sync() = 0;
    /// Ends writing; throws what a silent destructor would hide. False if the object was replaced or removed meanwhile,
    /// so that what was written went to a version that nobody sees any more.
    [[nodiscard]] virtual bool close() = 0;
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
    /// False once its anchor was replaced, by this process or by a program that knows nothing of locks: others may then
    /// hold the same names of the new one.
    [[nodiscard]] virtual bool still_holds() const { return true; }
};

/// Safe for concurrent use.
class VOXBRICK_API Store {
  public:
    virtual ~Store() = default;

    /// For messages: the folder, or a name.
    [[nodiscard]] virtual std::string description() const = 0;

    /// Null if, and only if, no such object exists; anything else that keeps it shut is an io error.
    [[nodiscard]] virtual std::shared_ptr<const Blob> open(std::string_view key) const = 0;
    /// The version that open would give; nothing if there is no such object. A network file system may answer with
    /// what it knew some seconds ago; `open` asks the server.
    [[nodiscard]] virtual std::optional<BlobVersion> version(std::string_view key) const = 0;
    /// All there is. `open` refuses whatever is no object.
    [[nodiscard]] virtual Listing list_all() const = 0;
    /// The keys of all objects, sorted; temporary ones left out.
    [[nodiscard]] std::vector<std::string> list() const { return list_all().objects; }

    /// Begins a new version, once nobody else is writing one. With `durable`, committing it returns when it would
    /// survive a power cut. Without, it may be lost then, or damaged where there was no older version; an older one
    /// that would have survived is never lost with it. The new version is as open to others as the old one: mode,
    /// group, owner and access control list stay as far as the system lets, and where the old one is a link, the link.
    /// Null if somebody else is writing a new version and `under` no longer holds: who waited for them with an outdated
    /// lock could wait for ever.
    [[nodiscard]] virtual std::unique_ptr<BlobWriter> new_version(std::string_view key, bool durable,
                                                                  const StoreLock* under) = 0;
    [[nodiscard]] std::unique_ptr<BlobWriter> new_version(std::string_view key, bool durable) {
        return new_version(key, durable, nullptr);
    }
    /// A new version of what `write` appends; if that throws, the old one stays.
    void replace(std::string_view key, bool durable, const std::function<void(BlobWriter&)>& write);
    /// Opens an existing object to change it in place, once nobody else has it open for that. Null as above. Throws
    /// not_found.
    [[nodiscard]] virtual std::unique_ptr<MutableBlob> open_mutable(std::string_view key, const StoreLock* under) = 0;
    [[nodiscard]] std::unique_ptr<MutableBlob> open_mutable(std::string_view key) { return open_mutable(key, nullptr); }
    /// No error if it does not exist. With `durable` it returns when the object would stay away after a power cut.
    /// False, and nothing has changed, if it is not what is expected, or if somebody else is writing a new version and
    /// `under` no longer holds. A link is removed, and not what it leads to.
    [[nodiscard]] virtual bool remove(std::string_view key, bool durable, const Expected& expected,
                                      const StoreLock* under) = 0;
    void remove(std::string_view key, bool durable) { (void)remove(key, durable, {}, nullptr); }
    /// Waits until an object, as it is now, would survive a power cut, and so would the store. No error if there is
    /// no such object.
    virtual void sync(std::string_view key) = 0;

    /// Waits for the locks of `names` (any strings), excluding every other holder of one of them, in this process or
    /// another, as long as `anchor`, the key of an object that exists, is not replaced; what is to hold beyond that is
    /// committed with what it expects. Locks die with their process. Takes them in an order that cannot deadlock; do
    /// not nest. Who lets go of a name and asks for it again comes after those who waited.
    [[nodiscard]] virtual std::unique_ptr<StoreLock> lock(std::string_view anchor,
                                                          const std::vector<std::string>& names) = 0;
    /// Excludes every lock of that anchor: for replacing the anchor itself.
    [[nodiscard]] virtual std::unique_ptr<StoreLock> lock_all(std::string_view anchor) = 0;
    /// Excludes everyone else who is about to make an array here: for looking whether there is one, and making it.
    [[nodiscard]] virtual std::unique_ptr<StoreLock> lock_creation() = 0;
};

/// Replaces an object by these bytes.
VOXBRICK_API void replace_bytes(Store& store, std::string_view key, bool durable, ByteView bytes);
/// The same; false, and nothing has changed, if it is not what is expected.
[[nodiscard]] VOXBRICK_API bool replace_bytes(Store& store, std::string_view key, bool durable, ByteView bytes,
                                              const Expected& expected);

/// All bytes of an object of at most `limit` bytes; nothing if it does not exist. Throws
/// invalid_metadata for a larger one.
[[nodiscard]] VOXBRICK_API std::optional<std::string> read_text(const Store& store, std::string_view key,
                                                                std::uint64_t limit);

/// A folder. `create` makes it and its parents; otherwise a missing folder just has no objects.
[[nodiscard]] VOXBRICK_API std::shared_ptr<Store> open_filesystem_store(const std::string& folder, bool create);

/// Objects in memory, for tests and for tools that pack arrays elsewhere.
[[nodiscard]] VOXBRICK_API std::shared_ptr<Store> make_memory_store();

}  // namespace voxbrick
