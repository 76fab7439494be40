#include <catch2/catch.hpp>
#include <future>
#include <vector>

#include "exec/budget.hpp"
#include "support/error_kind.hpp"
#include "voxbrick/exec/thread_pool.hpp"

using namespace voxbrick;

TEST_CASE("budget: what is taken is missing until it is given back", "[exec]") {
    Budget budget(10);
    auto most = budget.try_take(7);
    REQUIRE(most);
    CHECK(most->amount() == 7);
    CHECK_FALSE(budget.try_take(4));
    auto rest = budget.try_take(3);
    REQUIRE(rest);
    CHECK(budget.taken() == 10);
    const Budget::Share moved = std::move(*most);
    most.reset();
    CHECK(budget.taken() == 10);
    *rest = Budget::Share();
    CHECK(budget.taken() == 7);
}

TEST_CASE("budget: what is larger than all of it may be taken alone", "[exec]") {
    Budget budget(10);
    {
        const auto alone = budget.try_take(11);
        CHECK(alone);
        CHECK_FALSE(budget.try_take(1));
    }
    const auto one = budget.try_take(1);
    CHECK_FALSE(budget.try_take(11));
}

TEST_CASE("budget: nobody takes more than half of what is left, but for the least", "[exec]") {
    Budget budget(16);
    const auto first = budget.take(2, 100);
    CHECK(first.amount() == 8);
    const auto second = budget.take(2, 3);
    CHECK(second.amount() == 3);
    const auto third = budget.take(4, 100);
    CHECK(third.amount() == 4);
}

TEST_CASE("budget: who finds too little waits until others give back", "[exec]") {
    Budget budget(2);
    std::optional<Budget::Share> all = budget.try_take(2);
    auto waiting = std::async(std::launch::async, [&] { return budget.take(1, 1).amount(); });
    CHECK(waiting.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
    all.reset();
    CHECK(waiting.get() == 1);
    CHECK(budget.taken() == 0);
}

TEST_CASE("budget: waiting ends when the work is called off", "[exec]") {
    Budget budget(1);
    const auto all = budget.try_take(1);
    set_interrupt_check([] { return true; });
    CHECK(error_kind([&] { (void)budget.take(1, 1); }) == ErrorKind::cancelled);
    set_interrupt_check({});
}

TEST_CASE("budget: many threads never take more than there is", "[exec]") {
    Budget budget(5);
    std::atomic<std::size_t> held = 0;
    std::atomic<bool> exceeded = false;
    std::vector<std::future<void>> takers;
    for (int i = 0; i < 8; ++i)
        takers.push_back(std::async(std::launch::async, [&] {
            for (int round = 0; round < 200; ++round) {
                const auto share = budget.take(1, 3);
                if ((held += share.amount()) > 5) exceeded = true;
                held -= share.amount();
            }
        }));
    for (auto& taker : takers) taker.get();
    CHECK_FALSE(exceeded);
    CHECK(budget.taken() == 0);
}
