#include <catch2/catch.hpp>

#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/grid.hpp"

using namespace voxbrick;

TEST_CASE("box: boxes intersect and contain", "[geometry]") {
    const Box a{{0, 0}, {4, 4}};
    CHECK(intersect(a, {{2, -1}, {4, 3}}) == Box{{2, 0}, {2, 2}});
    CHECK(intersect(a, {{9, 0}, {1, 1}}).empty());
    CHECK(a.contains({{1, 1}, {3, 3}}));
    CHECK_FALSE(a.contains({{1, 1}, {4, 3}}));
    CHECK(relative_to({{5, 6}, {1, 1}}, {4, 4}) == Box{{1, 2}, {1, 1}});
}

TEST_CASE("grid: a grid knows the cells a box touches, on either side of zero", "[geometry]") {
    const Grid grid{{4, 8}};
    CHECK(grid.cells_touching({{3, 8}, {2, 8}}) == Box{{0, 1}, {2, 1}});
    CHECK(grid.cells_touching({{-1, -8}, {1, 1}}) == Box{{-1, -1}, {1, 1}});
    CHECK(grid.cells_touching({{3, 8}, {0, 8}}).empty());
    CHECK(grid.box_of({2, 1}) == Box{{8, 8}, {4, 8}});
    CHECK(grid.cell_of({-1, 8}) == Index{-1, 1});
}

TEST_CASE("grid: nth_index counts the last axis fastest", "[geometry]") {
    const Box cells{{1, 10}, {2, 3}};
    CHECK(nth_index(cells, 0) == Index{1, 10});
    CHECK(nth_index(cells, 2) == Index{1, 12});
    CHECK(nth_index(cells, 3) == Index{2, 10});
}

TEST_CASE("index: shapes that cannot be counted are refused", "[geometry]") {
    CHECK(product({}) == 1);
    CHECK(product({1 << 30, 1 << 30, 0}) == 0);
    CHECK_THROWS_AS(product({std::int64_t{1} << 40, std::int64_t{1} << 40}), Error);
    CHECK_THROWS_AS((Index{1, 2, 3, 4, 5, 6, 7, 8, 9}), Error);
}
