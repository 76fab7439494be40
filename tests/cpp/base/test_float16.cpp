#include <catch2/catch.hpp>
#include <cmath>

#include "base/float16.hpp"

using namespace voxbrick;

TEST_CASE("float16: every half survives the way through double", "[base]") {
    for (unsigned half = 0; half < 0x10000; ++half) {
        const auto value = double_from_half(static_cast<std::uint16_t>(half));
        if (!std::isnan(value) && half_from_double(value) != half) FAIL_CHECK(half);
    }
}

TEST_CASE("float16: halves round to the nearest, ties to even", "[base]") {
    CHECK(half_from_double(1 + 0x1p-11) == 0x3c00);
    CHECK(half_from_double(1 + 0x3p-11) == 0x3c02);
    CHECK(half_from_double(0x1p-25) == 0);
    CHECK(half_from_double(0x1.8p-25) == 1);
    CHECK(half_from_double(65519.9) == 0x7bff);
    CHECK(half_from_double(2047.7) == 0x6800);
    CHECK(half_from_double(65520) == 0x7c00);
}
