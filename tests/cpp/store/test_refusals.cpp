// What the operating system may refuse: permissions, space, locks.
#ifndef _WIN32

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>

#include "support/error_kind.hpp"
#include "support/scoped.hpp"
#include "support/store_text.hpp"
#include "support/system_calls.hpp"
#include "support/temporary_folder.hpp"

#ifdef __linux__
#include <sys/mount.h>
#endif

using namespace voxbrick;

namespace {

/// The errno of the Error that `call` throws; 0 if it throws none.
template <class Call>
int system_code(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.system_code();
    }
    return 0;
}

/// Root may do everything; for the length of a test it is somebody else.
class OrdinaryUser {
  public:
    OrdinaryUser() { is_one_ = ::geteuid() != 0 || ::seteuid(65534) == 0; }
    ~OrdinaryUser() { is_one_ = ::seteuid(::getuid()) == 0; }
    explicit operator bool() const { return is_one_; }

  private:
    bool is_one_ = false;
};

}  // namespace

TEST_CASE("refusals: a file that may not be read is an error, not absent", "[store]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder.string(), false);
    folder.put("key", "text");
    ::chmod((folder / "key").c_str(), 0);
    const OrdinaryUser user;
    REQUIRE(user);
    CHECK(error_kind([&] { (void)store->open("key"); }) == ErrorKind::io);
    CHECK(system_code([&] { (void)store->open("key"); }) == EACCES);
}

TEST_CASE("refusals: a folder that may not be written is an error with advice", "[store]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder.string(), false);
    folder.put("key", "old");
    ::chmod(folder.string().c_str(), 0555);
    {
        const OrdinaryUser user;
        REQUIRE(user);
        CHECK(system_code([&] { put_text(*store, "key", "new"); }) == EACCES);
        CHECK(system_code([&] { (void)store->open_mutable("key"); }) == EACCES);
        CHECK(system_code([&] { (void)store->lock("key", {"a"}); }) == EACCES);
        CHECK_THROWS_WITH(store->remove("key", false), Catch::Contains("check the permissions"));
    }
    ::chmod(folder.string().c_str(), 0755);
    CHECK(text_of(*store, "key") == "old");
}

TEST_CASE("refusals: opening a pipe is refused at once, and it is listed as an obstacle, for it is not absent",
          "[store]") {
    const TemporaryFolder folder;
    REQUIRE(::mkfifo((folder / "key").c_str(), 0666) == 0);
    const auto store = open_filesystem_store(folder.string(), false);
    CHECK(error_kind([&] { (void)store->open("key"); }) == ErrorKind::io);
    CHECK(store->list_all().obstacles == std::vector<std::string>{"key"});
    CHECK(store->list().empty());
}

#ifdef __linux__

namespace {

/// A file system of one megabyte, if this process may mount one.
class SmallDisk : public TemporaryFolder {
  public:
    SmallDisk() { mounted_ = ::mount("tmpfs", string().c_str(), "tmpfs", 0, "size=1m") == 0; }
    ~SmallDisk() {
        if (mounted_) ::umount2(string().c_str(), MNT_DETACH);
    }
    bool mounted() const { return mounted_; }
    bool make_read_only() const {
        return ::mount("tmpfs", string().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m") == 0;
    }

  private:
    bool mounted_ = false;
};

}  // namespace

TEST_CASE("refusals: a full disk leaves the old version and nothing else", "[store]") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        WARN("skipped: mounting a small file system takes root");
        return;
    }
    const auto store = open_filesystem_store(disk.string(), false);
    put_text(*store, "key", "old");
    const std::string large(GENERATE(1'100'000U, 4'000'000U), 'x');
    CHECK(system_code([&] { put_text(*store, "key", large); }) == ENOSPC);
    CHECK_THROWS_WITH(put_text(*store, "key", large), Catch::Contains("free some space"));
    CHECK(text_of(*store, "key") == "old");
    CHECK(std::distance(std::filesystem::directory_iterator(disk.path()), {}) == 1);
    put_text(*store, "key", "new");
    CHECK(text_of(*store, "key") == "new");
}

TEST_CASE("refusals: a file system mounted for reading is read_only", "[store]") {
    const SmallDisk disk;
    if (!disk.mounted()) {
        WARN("skipped: mounting a small file system takes root");
        return;
    }
    const auto store = open_filesystem_store(disk.string(), false);
    put_text(*store, "key", "old");
    REQUIRE(disk.make_read_only());
    CHECK(text_of(*store, "key") == "old");
    CHECK(error_kind([&] { put_text(*store, "key", "new"); }) == ErrorKind::read_only);
    CHECK(error_kind([&] { (void)store->open_mutable("key"); }) == ErrorKind::read_only);
    CHECK(error_kind([&] { (void)store->lock("key", {"a"}); }) == ErrorKind::read_only);
}

TEST_CASE("refusals: a file system without locks is refused, unless told that there is one writer", "[store]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder.string(), false);
    put_text(*store, "key", "old");
    const Failing locks(Call::lock, GENERATE(ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL));
    CHECK(error_kind([&] { (void)store->lock("key", {"a"}); }) == ErrorKind::unsupported);
    CHECK_THROWS_WITH(put_text(*store, "key", "new"), Catch::Contains("VOXBRICK_LOCKING=none"));
    const Variable none("VOXBRICK_LOCKING", "none");
    CHECK_NOTHROW(store->lock("key", {"a"}));
    CHECK_NOTHROW(put_text(*store, "key", "new"));
}

TEST_CASE("refusals: whatever fails while a new version is put in place, the old one stays alone", "[store]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder.string(), false);
    put_text(*store, "key", "old");
    const Call call = GENERATE(Call::sync, Call::close_after_write, Call::rename);
    {
        const Failing failing(call, EIO);
        CHECK(system_code([&] { put_text(*store, "key", "new", true); }) == EIO);
    }
    CHECK(text_of(*store, "key") == "old");
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("refusals: changes in place tell when they cannot be brought to stable storage", "[store]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder.string(), false);
    put_text(*store, "key", "old");
    const auto blob = store->open_mutable("key");
    const Failing failing(Call::sync, EDQUOT);
    CHECK(system_code([&] { blob->sync(); }) == EDQUOT);
}

TEST_CASE("refusals: what is to last is synced before its name, and its folders after", "[store]") {
    using Calls = std::vector<std::string>;
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder / "array", true);
    const CallRecord record;
    put_text(*store, "c/0/1", "text", true);
    CHECK(record.calls() == Calls{"sync .1.voxbrick_tmp", "rename 1", "sync 0", "sync c", "sync array"});
    put_text(*store, "c/0/2", "text", false);
    CHECK(record.calls().size() == 6);
    CHECK(record.calls().back() == "rename 2");
}

TEST_CASE("what replaces is synced before, even if it is not to last", "[durable]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder.string(), true);
    put_text(*store, "key", "old");
    const CallRecord record;
    put_text(*store, "key", "new");
    CHECK(record.calls() == std::vector<std::string>{"sync .key.voxbrick_tmp", "rename key"});
}

#endif

#endif
