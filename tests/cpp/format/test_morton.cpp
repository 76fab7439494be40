#include <catch2/catch.hpp>

#include "format/morton.hpp"
#include "voxbrick/format/array_meta.hpp"

using namespace voxbrick;

namespace {

std::uint64_t bit_by_bit(std::uint64_t x, std::uint64_t y, std::uint64_t z) {
    std::uint64_t number = 0;
    for (unsigned bit = 0; bit < 21; ++bit)
        number |= (x >> bit & 1) << 3 * bit | (y >> bit & 1) << (3 * bit + 1) | (z >> bit & 1) << (3 * bit + 2);
    return number;
}

}  // namespace

TEST_CASE("morton: the order of the format's text", "[format]") {
    CHECK(morton_number(0, 0, 0) == 0);
    CHECK(morton_number(1, 0, 0) == 1);
    CHECK(morton_number(0, 1, 0) == 2);
    CHECK(morton_number(0, 0, 1) == 4);
    CHECK(morton_number(1, 1, 1) == 7);
    CHECK(morton_number(2, 0, 0) == 8);
}

TEST_CASE("morton: every bit of 21 finds its place", "[format]") {
    for (unsigned bit = 0; bit < 21; ++bit) {
        const std::uint64_t x = std::uint64_t{1} << bit;
        const std::uint64_t y = x | 5;
        const std::uint64_t z = 0x1fffff ^ x;
        CHECK(morton_number(x, y, z) == bit_by_bit(x, y, z));
    }
}

TEST_CASE("block order: blocks are numbered along a curve or by strides", "[format]") {
    BlockOrder morton;
    morton.morton = true;
    CHECK(morton.number_of({0, 1, 0, 1}) == 5);
    CHECK(morton.number_of({0, 3, 0, 0}) == 9);
    BlockOrder rows;
    rows.strides = {1, 10, 100};
    CHECK(rows.number_of({2, 3, 4}) == 432);
    CHECK(BlockOrder().number_of({}) == 0);
}
