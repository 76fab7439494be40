// Folders that several people write to, and what they find there of each other.
#ifdef __linux__

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <thread>

#include "support/child_process.hpp"
#include "support/error_kind.hpp"
#include "support/store_text.hpp"
#include "support/temporary_folder.hpp"

using namespace voxbrick;
namespace fs = std::filesystem;

namespace {

constexpr const char* temporary = ".key.voxbrick_tmp";

struct Place : TemporaryFolder {
    std::shared_ptr<Store> store = open_filesystem_store(string(), false);

    std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path()), {})); }
};

struct stat status_of(const std::string& path) {
    struct stat status {};
    CHECK(::stat(path.c_str(), &status) == 0);
    return status;
}

unsigned mode_of(const std::string& path) {
    return status_of(path).st_mode & 07777;
}

class Umask {
  public:
    explicit Umask(mode_t mask) : old_(::umask(mask)) {}
    ~Umask() { ::umask(old_); }

  private:
    mode_t old_;
};

constexpr uid_t anna = 12345;
constexpr uid_t bert = 12346;
constexpr gid_t lab = 12347;

bool can_be_several() {
    if (::geteuid() == 0) return true;
    WARN("skipped: only root can be several people");
    return false;
}

/// What `body` returns if it is run by that user, who is a member of the lab.
template <class Body>
int run_as(uid_t user, Body body) {
    ChildProcess child([&] {
        const gid_t groups[] = {lab};
        if (::setgroups(1, groups) != 0 || ::setgid(user) != 0 || ::setuid(user) != 0) return 77;
        ::umask(022);
        return body();
    });
    return child.wait();
}

/// A folder of the lab: its members may write, and what they make there is the lab's.
void share(const Place& place, mode_t more = 0) {
    CHECK(::chown(place.string().c_str(), anna, lab) == 0);
    CHECK(::chmod(place.string().c_str(), 02775 | more) == 0);
}

int put(const Place& place, const char* text) {
    put_text(*place.store, "key", text);
    return 0;
}

/// Leaves the temporary of a killed process.
int leave_temporary(const Place& place) {
    const auto writer = place.store->new_version("key", false);
    writer->append(bytes_of("unfinished"));
    ::_exit(0);
}

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("what has a temporary's name and is none is never written to", "[shared]") {
    const Place place;
    place.put("victim", "precious");
    put_text(*place.store, "key", "old");
    SECTION("a link to a file") {
        fs::create_symlink(place / "victim", place / temporary);
    }
    SECTION("a link to nowhere") {
        fs::create_symlink(place / "nowhere", place / temporary);
    }
    SECTION("a pipe") {
        REQUIRE(::mkfifo((place / temporary).c_str(), 0666) == 0);
    }
    SECTION("a folder") {
        fs::create_directory(place / temporary);
    }
    CHECK(message_of([&] { put(place, "new"); }).find("delete it") != std::string::npos);
    CHECK(text_of(*place.store, "key") == "old");
    CHECK(text_of(*place.store, "victim") == "precious");
    CHECK_FALSE(fs::exists(place / "nowhere"));
}

TEST_CASE("a file with a temporary's name is removed, and what it was else is not changed", "[shared]") {
    const Place place;
    place.put("victim", "precious");
    fs::create_hard_link(place / "victim", place / temporary);
    put(place, "new");
    CHECK(text_of(*place.store, "key") == "new");
    CHECK(text_of(*place.store, "victim") == "precious");
    CHECK(place.entries() == 2);
}

TEST_CASE("links stay, and what they lead to is replaced", "[shared]") {
    const Place place;
    const Place elsewhere;
    elsewhere.put("far", "old");
    fs::create_symlink(elsewhere / "far", place / "key");
    put(place, "new");
    CHECK(fs::is_symlink(place / "key"));
    CHECK(text_of(*elsewhere.store, "far") == "new");
    CHECK(elsewhere.entries() == 1);
    fs::remove(elsewhere / "far");
    CHECK(message_of([&] { put(place, "new"); }).find("leads nowhere") != std::string::npos);
}

TEST_CASE("a new version has the mode of the old, and a new object that of the umask", "[shared]") {
    const Place place;
    const Umask mask(027);
    put(place, "old");
    CHECK(mode_of(place / "key") == 0640);
    const mode_t mode = GENERATE(as<mode_t>(), 0664, 0600, 0444, 0777);
    ::chmod((place / "key").c_str(), mode);
    put(place, "new");
    CHECK(mode_of(place / "key") == mode);
}

TEST_CASE("a new version has the access control list of the old", "[shared]") {
    const Place place;
    put(place, "old");
    // Version 2; owner rw, user 12345 rw, group r, mask rw, others nothing.
    const unsigned char list[] = {2, 0,    0,    0,   1,   0,   6,  0, 255, 255, 255, 255, 2,   0,  6,
                                  0, 0x39, 0x30, 0,   0,   4,   0,  4, 0,   255, 255, 255, 255, 16, 0,
                                  6, 0,    255,  255, 255, 255, 32, 0, 0,   0,   255, 255, 255, 255};
    const char* name = "system.posix_acl_access";
    if (::setxattr((place / "key").c_str(), name, list, sizeof list, 0) != 0) {
        WARN("skipped: this file system has no access control lists");
        return;
    }
    put(place, "new");
    unsigned char found[sizeof list + 1];
    REQUIRE(::getxattr((place / "key").c_str(), name, found, sizeof found) == sizeof list);
    CHECK(std::memcmp(found, list, sizeof list) == 0);
    REQUIRE(::removexattr((place / "key").c_str(), name) == 0);
    REQUIRE(::setxattr(place.string().c_str(), "system.posix_acl_default", list, sizeof list, 0) == 0);
    put(place, "again");  // in a folder that would hand a list down
    CHECK(::getxattr((place / "key").c_str(), name, found, sizeof found) == -1);
}

TEST_CASE("members of a group replace each other's files, which stay the group's and as open as they were",
          "[shared]") {
    const Place place;
    if (!can_be_several()) return;
    share(place);
    REQUIRE(run_as(anna, [&] { return put(place, "old"); }) == 0);
    REQUIRE(::chmod((place / "key").c_str(), 0664) == 0);
    REQUIRE(::chown((place / "key").c_str(), anna, lab) == 0);
    CHECK(run_as(bert, [&] { return put(place, "new"); }) == 0);
    CHECK(text_of(*place.store, "key") == "new");
    CHECK(mode_of(place / "key") == 0664);
    CHECK(status_of(place / "key").st_gid == lab);
    put(place, "by root");
    CHECK(status_of(place / "key").st_uid == bert);
}

TEST_CASE("what another user's killed process left is removed where the folder allows it", "[shared]") {
    const Place place;
    if (!can_be_several()) return;
    share(place);
    REQUIRE(run_as(anna, [&] { return leave_temporary(place); }) == 0);
    CHECK(fs::exists(place / temporary));
    CHECK(run_as(bert, [&] { return put(place, "new"); }) == 0);
    CHECK(text_of(*place.store, "key") == "new");
    CHECK(place.entries() == 1);
}

TEST_CASE("what another user's process is writing is waited for", "[shared]") {
    const Place place;
    if (!can_be_several()) return;
    share(place);
    const Signal begun;
    int first = -1;
    std::thread writing([&] {
        first = run_as(anna, [&] {
            const auto writer = place.store->new_version("key", false);
            begun.send();
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
            writer->append(bytes_of("first"));
            writer->commit({});
            return 0;
        });
    });
    begun.await();
    CHECK(run_as(bert, [&] {
              put(place, "second");
              return 0;
          }) == 0);
    writing.join();
    CHECK(first == 0);
    CHECK(text_of(*place.store, "key") == "second");
    CHECK(place.entries() == 1);
}

TEST_CASE("what another user left and may not be removed is named, with its owner", "[shared]") {
    const Place place;
    if (!can_be_several()) return;
    share(place, S_ISVTX);
    const bool readable = GENERATE(true, false);
    REQUIRE(run_as(anna, [&] { return leave_temporary(place); }) == 0);
    if (!readable) REQUIRE(::chmod((place / temporary).c_str(), 0600) == 0);
    CHECK(run_as(bert, [&] {
              const std::string message = message_of([&] { put(place, "new"); });
              const bool named = message.find(temporary) != std::string::npos;
              return named && message.find("12345") != std::string::npos ? 0 : 1;
          }) == 0);
    CHECK_FALSE(fs::exists(place / "key"));
}

TEST_CASE("two who find the same leftover do not take each other's file for it", "[shared]") {
    const Place place;
    if (!can_be_several()) return;
    share(place);
    for (int round = 0; round < 20; ++round) {
        REQUIRE(run_as(anna, [&] { return leave_temporary(place); }) == 0);
        int results[3] = {-1, -1, -1};
        std::vector<std::thread> threads;
        for (int& result : results)
            threads.emplace_back([&] { result = run_as(bert, [&] { return put(place, "whole"); }); });
        for (std::thread& thread : threads) thread.join();
        for (const int result : results) CHECK(result == 0);
        CHECK(text_of(*place.store, "key") == "whole");
        CHECK(place.entries() == 1);
    }
}

TEST_CASE("a file that somebody has a lease on is opened once they gave it up", "[shared]") {
    const Place place;
    put(place, "text");
    const Signal leased;
    ChildProcess holder([&] {
        sigset_t breaking;
        ::sigemptyset(&breaking);
        ::sigaddset(&breaking, SIGIO);
        ::sigprocmask(SIG_BLOCK, &breaking, nullptr);
        const int file = ::open((place / "key").c_str(), O_RDWR | O_CLOEXEC);
        if (::fcntl(file, F_SETLEASE, F_WRLCK) != 0) return 1;
        leased.send();
        int signal = 0;
        ::sigwait(&breaking, &signal);
        ::usleep(100'000);
        return ::fcntl(file, F_SETLEASE, F_UNLCK) == 0 ? 0 : 2;
    });
    leased.await();
    CHECK(text_of(*place.store, "key") == "text");
    CHECK(holder.wait() == 0);
}

#endif
