// The pool and fork. ThreadSanitizer does not know threads in forked children.
#if !defined(_WIN32) && !defined(__SANITIZE_THREAD__)

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "support/child_process.hpp"
#include "support/error_kind.hpp"
#include "support/scoped.hpp"
#include "support/torture.hpp"
#include "voxbrick/exec/thread_pool.hpp"

using namespace voxbrick;

namespace {

/// 0 if two threads of the pool meet, which takes a worker.
int use_pool() {
    std::atomic<int> arrived = 0;
    parallel_for(2, [&](std::size_t) {
        ++arrived;
        while (arrived < 2) std::this_thread::yield();
    });
    return arrived == 2 ? 0 : 1;
}

/// Threads that keep the pool busy.
class BusyCallers {
  public:
    BusyCallers() {
        for (std::thread& caller : callers_) caller = std::thread([this] { work(); });
    }
    ~BusyCallers() {
        stop_ = true;
        for (std::thread& caller : callers_) caller.join();
    }

  private:
    void work() const {
        while (!stop_) parallel_for(16, [](std::size_t) { std::this_thread::yield(); });
    }

    std::atomic<bool> stop_ = false;
    std::thread callers_[2];
};

}  // namespace

TEST_CASE("fork: a forked child has a pool of its own", "[exec]") {
    const ThreadCount threads(3);
    REQUIRE(use_pool() == 0);
    CHECK(ChildProcess(use_pool).wait() == 0);
    CHECK(ChildProcess([] { return ChildProcess(use_pool).wait(); }).wait() == 0);
    CHECK(use_pool() == 0);
}

#ifndef __SANITIZE_ADDRESS__  // a fork can catch its allocator with a mutex held
TEST_CASE("fork: forking while the pool is busy neither hangs nor aborts", "[exec]") {
    const ThreadCount threads(3);
    const BusyCallers busy;
    for (int i = 0; i < rounds(200, 10'000); ++i) REQUIRE(ChildProcess(use_pool).wait() == 0);
}
#endif

TEST_CASE("fork: a child forked inside of a body does not wait for the parent's workers", "[exec]") {
    const ThreadCount threads(2);
    const auto caller = std::this_thread::get_id();
    std::atomic<int> arrived = 0;
    pid_t child = -1;
    const auto fork_in_body = [&] {
        parallel_for(2, [&](std::size_t) {
            ++arrived;
            while (arrived < 2) std::this_thread::yield();
            if (std::this_thread::get_id() == caller) child = ::fork();
        });
    };
    const auto kind = error_kind(fork_in_body);
    if (child == 0) ::_exit(kind == ErrorKind::cancelled ? use_pool() : 1);
    CHECK(kind == std::nullopt);
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("fork: a process may end while the pool is busy", "[exec]") {
    const ThreadCount threads(3);
    ChildProcess child([]() -> int {
        new BusyCallers;
        use_pool();
        std::exit(7);
    });
    CHECK(child.wait() == 7);
}

TEST_CASE("fork: the default number of threads is looked up again in a child", "[exec]") {
    const ThreadCount afresh(0);
    const std::size_t before = thread_count();
    const std::string other = std::to_string(before + 1);
    ChildProcess child([&] {
        const Variable environment("VOXBRICK_NUM_THREADS", other.c_str());
        return thread_count() == before + 1 ? 0 : 1;
    });
    CHECK(child.wait() == 0);
}

#endif
