#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>

#include "support/error_kind.hpp"
#include "support/scoped.hpp"
#include "voxbrick/exec/thread_pool.hpp"

using namespace voxbrick;

namespace {

void count_to(std::size_t count) {
    std::vector<std::atomic<int>> calls(count);
    parallel_for(count, [&](std::size_t i) { ++calls[i]; });
    REQUIRE(std::all_of(calls.begin(), calls.end(), [](const auto& n) { return n == 1; }));
}

void sleep_a_little() {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

}  // namespace

TEST_CASE("thread pool: every number is called once", "[exec]") {
    const ThreadCount threads(GENERATE(1U, 2U, 4U, 7U));
    for (const std::size_t count : {0, 1, 2, 3, 100, 10'000}) count_to(count);
}

TEST_CASE("thread pool: the calling thread and others take part", "[exec]") {
    const ThreadCount threads(2);
    std::mutex mutex;
    std::set<std::thread::id> seen;
    // Two bodies that wait for each other: one thread alone would never finish.
    std::atomic<int> arrived = 0;
    parallel_for(2, [&](std::size_t) {
        ++arrived;
        while (arrived < 2) std::this_thread::yield();
        const std::lock_guard lock(mutex);
        seen.insert(std::this_thread::get_id());
    });
    CHECK(seen.size() == 2);
    CHECK(seen.contains(std::this_thread::get_id()));
}

TEST_CASE("thread pool: no more threads work than were asked for", "[exec]") {
    {
        const ThreadCount many(8);
        count_to(1000);
    }
    const std::size_t most = GENERATE(1U, 2U, 3U);
    const ThreadCount threads(most);
    std::atomic<std::size_t> inside = 0;
    std::atomic<std::size_t> highest = 0;
    parallel_for(40, [&](std::size_t) {
        const std::size_t now = ++inside;
        for (std::size_t seen = highest; seen < now && !highest.compare_exchange_weak(seen, now);) {
        }
        sleep_a_little();
        --inside;
    });
    CHECK(highest <= most);
}

TEST_CASE("thread pool: the first exception is thrown to the caller and the rest is skipped", "[exec]") {
    const ThreadCount threads(GENERATE(1U, 4U));
    std::atomic<int> calls = 0;
    const auto run = [&] {
        parallel_for(100'000, [&](std::size_t) {
            ++calls;
            throw std::runtime_error("broken");
        });
    };
    CHECK_THROWS_WITH(run(), "broken");
    CHECK(calls < 100);
    count_to(100);
}

TEST_CASE("thread pool: calls inside of a body run on its thread", "[exec]") {
    const ThreadCount threads(4);
    std::atomic<int> calls = 0;
    std::atomic<int> elsewhere = 0;
    parallel_for(20, [&](std::size_t) {
        const auto self = std::this_thread::get_id();
        parallel_for(20, [&](std::size_t) {
            ++calls;
            elsewhere += std::this_thread::get_id() != self;
        });
    });
    CHECK(calls == 400);
    CHECK(elsewhere == 0);
}

TEST_CASE("thread pool: several threads call at once", "[exec]") {
    const ThreadCount threads(4);
    std::atomic<std::size_t> sum = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 8; ++caller) {
        callers.emplace_back([&] {
            for (int round = 0; round < 100; ++round) parallel_for(50, [&](std::size_t i) { sum += i; });
        });
    }
    for (std::thread& caller : callers) caller.join();
    CHECK(sum == 8 * 100 * (49 * 50 / 2));
}

TEST_CASE("thread pool: a second caller gets workers while a long job runs", "[exec]") {
    const ThreadCount threads(2);
    std::atomic<bool> done = false;
    std::thread long_caller([&] {
        parallel_for(1'000'000, [&](std::size_t) {
            if (!done) std::this_thread::yield();
        });
    });
    // Two bodies that wait for each other: the only worker has to come over.
    std::atomic<int> arrived = 0;
    parallel_for(2, [&](std::size_t) {
        ++arrived;
        while (arrived < 2) std::this_thread::yield();
    });
    done = true;
    long_caller.join();
    CHECK(arrived == 2);
}

TEST_CASE("thread pool: an interrupt stops the work", "[exec]") {
    const ThreadCount threads(GENERATE(1U, 3U));
    const InterruptCheck check([] { return true; });
    std::atomic<int> calls = 0;
    CHECK(error_kind([&] {
              parallel_for(100'000, [&](std::size_t) {
                  ++calls;
                  sleep_a_little();
              });
          }) == ErrorKind::cancelled);
    CHECK(calls < 100'000);
}

TEST_CASE("thread pool: an interrupt reaches bodies that wait on other threads", "[exec]") {
    const ThreadCount threads(3);
    std::atomic<bool> interrupted = false;
    const InterruptCheck check([&] { return interrupted.load(); });
    const auto caller = std::this_thread::get_id();
    CHECK(error_kind([&] {
              parallel_for(3, [&](std::size_t) {
                  while (std::this_thread::get_id() != caller) {
                      interrupted = true;
                      throw_if_cancelled();
                      sleep_a_little();
                  }
                  while (!interrupted) sleep_a_little();
              });
          }) == ErrorKind::cancelled);
}

TEST_CASE("thread pool: an interrupt check is a matter of its thread and may throw", "[exec]") {
    const ThreadCount threads(2);
    const InterruptCheck check([]() -> bool { throw std::logic_error("from the check"); });
    std::thread([&] { CHECK_NOTHROW(parallel_for(60, [](std::size_t) { sleep_a_little(); })); }).join();
    CHECK_THROWS_AS(parallel_for(200, [](std::size_t) { sleep_a_little(); }), std::logic_error);
}
