#include <catch2/catch.hpp>

#include "array/fetch.hpp"

using namespace voxbrick;

TEST_CASE("fetch: neighbours are fetched together, in the order of the file", "[array]") {
    const auto runs = join_neighbours(3, {{{200, 50}, 0}, {{100, 100}, 1}, {{90'000, 10}, 2}}, 1 << 20);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].shard == 3);
    CHECK(runs[0].range() == ByteRange{100, 150});
    CHECK(runs[0].blocks[0].ordinal == 1);
    CHECK(runs[1].range() == ByteRange{90'000, 10});
}

TEST_CASE("fetch: no run is longer than the limit, unless a single block is", "[array]") {
    const auto runs = join_neighbours(0, {{{0, 60}, 0}, {{60, 60}, 1}, {{120, 500}, 2}}, 100);
    REQUIRE(runs.size() == 3);
    CHECK(runs[2].range().size == 500);
}

TEST_CASE("fetch: blocks that share a range are fetched once", "[array]") {
    const auto runs = join_neighbours(0, {{{10, 40}, 0}, {{10, 40}, 1}, {{20, 10}, 2}}, 1 << 20);
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].range() == ByteRange{10, 40});
}
