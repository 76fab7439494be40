// What only folders and files can get wrong.
#include <catch2/catch.hpp>
#include <thread>

#include "support/error_kind.hpp"
#include "support/store_text.hpp"
#include "support/temporary_folder.hpp"

using namespace voxbrick;
namespace fs = std::filesystem;

namespace {

using Keys = std::vector<std::string>;

struct OnDisk : TemporaryFolder {
    std::shared_ptr<Store> store = open_filesystem_store(string(), false);
};

/// All that lies in a folder, with temporaries.
std::size_t entries(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("filesystem: a missing folder has no objects and is made on demand", "[store]") {
    const TemporaryFolder folder;
    const auto store = open_filesystem_store(folder / "a/b", false);
    CHECK(store->list().empty());
    CHECK(store->open("key") == nullptr);
    CHECK_FALSE(fs::exists(folder / "a"));
    put_text(*store, "c/key", "text");
    CHECK(text_of(*store, "c/key") == "text");
    (void)open_filesystem_store(folder / "x/y", true);
    CHECK(fs::is_directory(folder / "x/y"));
}

TEST_CASE("filesystem: paths need a name", "[store]") {
    CHECK(error_kind([] { (void)open_filesystem_store("", true); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([] { (void)open_filesystem_store(std::string("a\0b", 3), true); }) == ErrorKind::invalid_argument);
}

TEST_CASE("filesystem: a relative folder stays the same when the working directory changes", "[store]") {
    const TemporaryFolder folder;
    const fs::path before = fs::current_path();
    fs::current_path(folder.path());
    const auto store = open_filesystem_store("array/", true);
    fs::current_path(before);
    put_text(*store, "key", "text");
    CHECK(fs::exists(folder / "array/key"));
    CHECK(store->description() == "array/");
}

TEST_CASE("filesystem: a file where a folder should be is an error, not absent, and cannot be written below",
          "[store]") {
    const OnDisk disk;
    disk.put("c", "text");
    CHECK(error_kind([&] { (void)disk.store->open("c/0"); }) == ErrorKind::io);
    CHECK(error_kind([&] { (void)disk.store->version("c/0/1"); }) == ErrorKind::io);
    CHECK(error_kind([&] { put_text(*disk.store, "c/0", ""); }) == ErrorKind::io);
    CHECK(entries(disk.string()) == 1);
}

TEST_CASE("filesystem: a dangling symlink is an error, not absent", "[store]") {
    const OnDisk disk;
    fs::create_symlink("nowhere", disk / "c");
    for (const char* key : {"c", "c/0", "c/0/1"}) {
        CHECK(error_kind([&] { (void)disk.store->open(key); }) == ErrorKind::io);
        CHECK(error_kind([&] { (void)disk.store->version(key); }) == ErrorKind::io);
    }
    CHECK(disk.store->open("d/0/1") == nullptr);
}

TEST_CASE("filesystem: below a file there is a store without objects", "[store]") {
    const OnDisk disk;
    disk.put("c", "text");
    CHECK(open_filesystem_store(disk.string() + "/c", false)->open("d/0") == nullptr);
    CHECK(open_filesystem_store(disk.string() + "/none/at/all", false)->version("d/0") == std::nullopt);
}

TEST_CASE("filesystem: a folder in the place of a file is an error, not absent", "[store]") {
    const OnDisk disk;
    disk.put("key/file", "");
    CHECK(error_kind([&] { (void)disk.store->open("key"); }) == ErrorKind::io);
    CHECK(error_kind([&] { (void)disk.store->version("key"); }) == ErrorKind::io);
    CHECK(error_kind([&] { (void)disk.store->open_mutable("key"); }) == ErrorKind::io);
    CHECK(error_kind([&] { put_text(*disk.store, "key", "text"); }) == ErrorKind::io);
    CHECK(entries(disk.string()) == 2);
}

TEST_CASE("filesystem: a temporary that a killed writer left is not listed, and the next writer takes it over",
          "[store]") {
    const OnDisk disk;
    disk.put("c/.0.voxbrick_tmp", std::string(100, 'x'));
    CHECK(disk.store->list().empty());
    put_text(*disk.store, "c/0", "text");
    CHECK(text_of(*disk.store, "c/0") == "text");
    CHECK(entries(disk.string()) == 2);
}

TEST_CASE("filesystem: list follows symlinks, but not in cycles, and dangling ones are obstacles", "[store]") {
    const OnDisk disk;
    const TemporaryFolder elsewhere;
    elsewhere.put("far/file", "");
    disk.put("a/file", "");
    fs::create_directory_symlink(elsewhere / "far", disk / "b");
    fs::create_symlink(elsewhere / "far/file", disk / "link");
    fs::create_symlink("nowhere", disk / "broken");
    fs::create_directory_symlink("..", disk / "a/up");
    fs::create_directory_symlink(disk.string(), elsewhere / "far/back");
    const Listing listing = disk.store->list_all();
    CHECK(listing.objects == Keys{"a/file", "b/file", "link"});
    CHECK(listing.folders == Keys{"a", "a/up", "b", "b/back"});
    CHECK(listing.obstacles == Keys{"broken"});
    CHECK(disk.store->list() == listing.objects);
}

TEST_CASE("filesystem: writers of one object who do not lock still leave it whole", "[store]") {
    const OnDisk disk;
    const auto write = [&](char letter) {
        const std::string text(100'000, letter);
        for (int i = 0; i < 100; ++i) put_text(*disk.store, "key", text);
    };
    std::thread other(write, 'b');
    write('a');
    other.join();
    const std::string text = text_of(*disk.store, "key");
    CHECK(text == std::string(100'000, text.at(0)));
    CHECK(entries(disk.string()) == 1);
}

TEST_CASE("filesystem: errors name the file and say what was there", "[store]") {
    const OnDisk disk;
    disk.put("key", "0123456789");
    std::byte bytes[4];
    CHECK_THROWS_WITH(disk.store->open("key")->read_at(8, bytes),
                      disk / "key" + ": 4 bytes wanted at byte 8, found 2 before the end of the file");
    CHECK_THROWS_WITH(disk.store->open_mutable("none"), Catch::Contains("none: there is no such file"));
}
