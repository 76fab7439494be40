// What forked children get of objects that several threads share.
#ifndef _WIN32

#include <catch2/catch.hpp>

#include "exec/process.hpp"
#include "support/child_process.hpp"

using namespace voxbrick;

TEST_CASE("process: a child knows that it is not its parent", "[exec]") {
    const Process parent;
    CHECK(parent.is_this_one());
    CHECK(ChildProcess([&] { return parent.is_this_one() ? 1 : 0; }).wait() == 0);
    CHECK(ChildProcess([&] { return ChildProcess([&] { return parent.is_this_one() ? 1 : 0; }).wait(); }).wait() == 0);
    CHECK(parent.is_this_one());
}

TEST_CASE("process: a child takes over what nobody held", "[exec]") {
    Guarded<int> guarded;
    *guarded.lock() = 5;
    CHECK(ChildProcess([&] { return *guarded.lock() == 5 ? 0 : 1; }).wait() == 0);
    CHECK(ChildProcess([&] { return ChildProcess([&] { return *guarded.lock() == 5 ? 0 : 1; }).wait(); }).wait() == 0);
}

TEST_CASE("process: a child begins afresh with what another thread held", "[exec]") {
    Guarded<int> guarded;
    const Signal held;
    const Signal done;
    std::thread holder([&] {
        const auto value = guarded.lock();
        *value = 5;
        held.send();
        done.await();
    });
    held.await();
    const auto use = [&] {
        if (*guarded.lock() != 0) return 1;
        *guarded.lock() = 6;
        return *guarded.lock() == 6 ? 0 : 2;
    };
    CHECK(ChildProcess(use).wait() == 0);
    CHECK(ChildProcess([&] { return use() == 0 && *guarded.lock() == 6 ? 0 : 1; }).wait() == 0);
    done.send();
    holder.join();
    CHECK(*guarded.lock() == 5);
}

#endif
