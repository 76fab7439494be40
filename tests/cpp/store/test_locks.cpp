#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "support/error_kind.hpp"
#include "support/scoped.hpp"
#include "support/store_text.hpp"
#include "support/temporary_folder.hpp"

#ifndef _WIN32
#include "support/child_process.hpp"
#endif

using namespace voxbrick;

namespace {

using Names = std::vector<std::string>;

/// A store with an anchor to lock.
struct Place {
    explicit Place(std::shared_ptr<Store> made) : store(std::move(made)) { put_text(*store, "anchor", "header"); }

    std::unique_ptr<StoreLock> lock(const Names& names) const { return store->lock("anchor", names); }
    std::unique_ptr<StoreLock> lock_all() const { return store->lock_all("anchor"); }

    std::shared_ptr<Store> store;
};

struct InMemory : Place {
    InMemory() : Place(make_memory_store()) {}
};

struct OnDisk : TemporaryFolder, Place {
    OnDisk() : Place(open_filesystem_store(string(), true)) {}
};

struct OnDiskWithoutFileLocks : Variable, OnDisk {
    OnDiskWithoutFileLocks() : Variable("VOXBRICK_LOCKING", "none") {}
};

/// Whether the call waits, until the interrupt check has been asked some times.
template <class Call>
bool waits(Call call) {
    int asked = 0;
    const InterruptCheck check([&] { return ++asked == 4; });
    return error_kind([&] { (void)call(); }) == ErrorKind::cancelled;
}

void add_one(Store& store, std::string_view key) {
    const int number = std::stoi(text_of(store, key));
    std::this_thread::yield();
    put_text(store, key, std::to_string(number + 1));
}

/// Adds to the numbers under two keys, each many times, under locks of one or both.
void add_under_locks(const Place& place, int rounds, const Names& names) {
    for (int round = 0; round < rounds; ++round) {
        const auto lock = place.lock(names);
        for (const std::string& name : names) add_one(*place.store, name);
    }
}

}  // namespace

#define LOCK_TEST(name) TEMPLATE_TEST_CASE("locks: " name, "[store]", InMemory, OnDisk, OnDiskWithoutFileLocks)

LOCK_TEST("locks of one name exclude each other, of different names do not") {
    const TestType place;
    const auto held = place.lock({"b", "d"});
    CHECK(waits([&] { return place.lock({"b"}); }));
    CHECK(waits([&] { return place.lock({"a", "d", "e"}); }));
    CHECK_FALSE(waits([&] { return place.lock({"a", "c", "e"}); }));
    CHECK_FALSE(waits([&] { return place.lock({}); }));
}

LOCK_TEST("a lock ends with its object") {
    const TestType place;
    (void)place.lock({"a"});
    auto lock = place.lock({"a", "a"});
    lock.reset();
    CHECK_FALSE(waits([&] { return place.lock({"a"}); }));
    CHECK_FALSE(waits([&] { return place.lock_all(); }));
}

LOCK_TEST("lock_all excludes every lock of its anchor") {
    const TestType place;
    put_text(*place.store, "other", "header");
    SECTION("when it comes first") {
        const auto held = place.lock_all();
        CHECK(waits([&] { return place.lock({"a"}); }));
        CHECK(waits([&] { return place.lock_all(); }));
        CHECK_FALSE(waits([&] { return place.store->lock_all("other"); }));
    }
    SECTION("when it comes second") {
        const auto held = place.lock({"a"});
        CHECK(waits([&] { return place.lock_all(); }));
    }
}

LOCK_TEST("a lock needs an anchor that exists") {
    const TestType place;
    CHECK(error_kind([&] { (void)place.store->lock("absent", {"a"}); }) == ErrorKind::not_found);
}

LOCK_TEST("threads that add under locks lose nothing, in whatever order they name them") {
    const TestType place;
    put_text(*place.store, "a", "0");
    put_text(*place.store, "b", "0");
    std::vector<std::thread> threads;
    for (const Names& names : {Names{"a", "b"}, {"b", "a"}, {"a"}, {"b"}}) {
        threads.emplace_back([&place, names] { add_under_locks(place, 50, names); });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(text_of(*place.store, "a") == "150");
    CHECK(text_of(*place.store, "b") == "150");
}

LOCK_TEST("who lets go of a name and asks for it again comes after those who waited") {
    const TestType place;
    const bool one_name = GENERATE(true, false);
    auto held = place.lock({"a", "b"});
    std::atomic<bool> waits = false;
    std::atomic<bool> had_it = false;
    std::thread other([&] {
        const InterruptCheck check([&] { return waits = true, false; });
        const auto lock = one_name ? place.lock({"b", "c"}) : place.lock_all();
        had_it = true;
    });
    while (!waits) std::this_thread::yield();
    held.reset();
    held = place.lock({"a", "b"});
    CHECK(had_it);
    other.join();
}

LOCK_TEST("lock_all gets its turn among many who never leave a moment without a lock") {
    const TestType place;
    std::atomic<bool> done = false;
    std::vector<std::thread> threads;
    for (const Names& names : {Names{"a", "b"}, {"b", "c"}, {"c", "a"}, {"c", "d"}, {"d", "b", "a"}}) {
        threads.emplace_back([&, names] {
            while (!done) (void)place.lock(names);
        });
    }
    for (int round = 0; round < 5; ++round) (void)place.lock_all();
    done = true;
    for (std::thread& thread : threads) thread.join();
    CHECK(done);
}

LOCK_TEST("creation excludes creation, and needs no anchor") {
    const TestType place;
    const auto anchored = place.lock_all();
    auto held = place.store->lock_creation();
    CHECK(waits([&] { return place.store->lock_creation(); }));
    held.reset();
    CHECK_FALSE(waits([&] { return place.store->lock_creation(); }));
    CHECK(place.store->list() == std::vector<std::string>{"anchor"});
}

LOCK_TEST("bodies that wait for a lock stop when their work is cancelled") {
    const TestType place;
    const ThreadCount threads(3);
    const auto held = place.lock({"a"});
    CHECK(waits([&] { parallel_for(3, [&](std::size_t) { (void)place.lock({"a"}); }); }));
}

TEST_CASE("locks: two stores of one folder exclude each other, whatever they call it", "[store]") {
    const Variable mode("VOXBRICK_LOCKING", GENERATE("none", "file", ""));
    const OnDisk place;
    std::filesystem::create_directory_symlink(place.path(), place.string() + "/link");
    const auto same = open_filesystem_store(place.string() + "/link", false);
    const auto held = place.lock({"a"});
    CHECK(waits([&] { return same->lock("anchor", {"a"}); }));
}

TEST_CASE("locks: an unknown way of locking is refused", "[store]") {
    const OnDisk place;
    const Variable mode("VOXBRICK_LOCKING", "perhaps");
    CHECK(error_kind([&] { (void)place.lock({"a"}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { put_text(*place.store, "a", ""); }) == ErrorKind::invalid_argument);
}

TEST_CASE("locks: whoever waited while the anchor was replaced locks the new one", "[store]") {
    const OnDisk place;
    auto all = place.lock_all();
    std::unique_ptr<StoreLock> waited_for;
    std::thread waiting([&] { waited_for = place.lock({"a"}); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // most likely it waits by then
    put_text(*place.store, "anchor", "new header");
    all.reset();
    waiting.join();
    CHECK(waits([&] { return place.lock({"a"}); }));
}

#ifndef _WIN32

TEST_CASE("locks: a process excludes others until it lets go or dies", "[store]") {
    const OnDisk place;
    const Signal locked;
    ChildProcess holder([&] {
        const auto held = place.lock({"a"});
        locked.send();
        return sleep_for_ever();
    });
    locked.await();
    CHECK(waits([&] { return place.lock({"a"}); }));
    CHECK(waits([&] { return place.lock_all(); }));
    CHECK_FALSE(waits([&] { return place.lock({"b"}); }));
    CHECK(holder.kill() == ChildProcess::killed);
    CHECK_FALSE(waits([&] { return place.lock({"a"}); }));
}

TEST_CASE("locks: who waits in the turnstile of a name and dies leaves it open", "[store]") {
    const OnDisk place;
    auto held = place.lock({"a"});
    const Signal waits_now;
    ChildProcess waiting([&] {
        const InterruptCheck check([&] { return waits_now.send(), false; });
        (void)place.lock({"a"});
        return 0;
    });
    waits_now.await();
    CHECK(waiting.kill() == ChildProcess::killed);
    held.reset();
    CHECK_FALSE(waits([&] { return place.lock({"a"}); }));
    CHECK_FALSE(waits([&] { return place.lock_all(); }));
}

TEST_CASE("locks: a child forked under a lock does not keep it", "[store]") {
    const OnDisk place;
    auto held = place.lock({"a"});
    const ChildProcess child([] { return sleep_for_ever(); });
    held.reset();
    CHECK_FALSE(waits([&] { return place.lock({"a"}); }));
}

TEST_CASE("locks: a child does not let go of its parent's locks", "[store]") {
    const auto in_a_child = [](std::unique_ptr<StoreLock>& held) {
        return ChildProcess([&] { return held.reset(), 0; }).wait();
    };
    const OnDisk place;
    auto held = place.lock({"a"});
    CHECK(in_a_child(held) == 0);
    CHECK(waits([&] { return place.lock({"a"}); }));
    CHECK(ChildProcess([&] { return waits([&] { return place.lock({"a"}); }) ? 0 : 1; }).wait() == 0);
    held.reset();
    CHECK_FALSE(waits([&] { return place.lock({"a"}); }));
}

TEST_CASE("locks: a lock dies with its process though a child of it lives on", "[store]") {
    const OnDisk place;
    const Signal locked;
    const Signal done;
    ChildProcess holder([&] {
        const auto held = place.lock({"a"});
        const ChildProcess child([&] {
            ::alarm(60);
            locked.send();
            done.await();
            return 0;
        });
        return sleep_for_ever();
    });
    locked.await();
    CHECK(waits([&] { return place.lock({"a"}); }));
    holder.kill();
    CHECK_FALSE(waits([&] { return place.lock({"a"}); }));
    done.send();
}

TEST_CASE("locks: processes that add under locks lose nothing", "[store]") {
    const OnDisk place;
    put_text(*place.store, "a", "0");
    put_text(*place.store, "b", "0");
    const auto add = [&place](const Names& names) {
        return [&place, names] { return add_under_locks(place, 50, names), 0; };
    };
    ChildProcess children[] = {ChildProcess(add({"a", "b"})), ChildProcess(add({"b", "a"})), ChildProcess(add({"a"}))};
    for (ChildProcess& child : children) CHECK(child.wait() == 0);
    CHECK(text_of(*place.store, "a") == "150");
    CHECK(text_of(*place.store, "b") == "100");
}

#endif
