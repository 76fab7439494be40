#include "base/float16.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace voxbrick {
namespace {

constexpr int mantissa_bits = 10;
constexpr int smallest_exponent = -14;
constexpr std::uint16_t infinity = 0x7c00;
constexpr std::uint16_t quiet_nan = 0x7e00;
constexpr std::uint16_t sign_bit = 0x8000;

std::uint16_t magnitude(double value) {
    if (std::isnan(value)) return quiet_nan;
    if (value >= 65520) return infinity;  // half way between the largest half and what would follow
    const int exponent = value == 0 ? smallest_exponent : std::max(std::ilogb(value), smallest_exponent);
    const double steps = std::nearbyint(std::ldexp(value, mantissa_bits - exponent));
    // A mantissa that was rounded up to the next power of two carries into the exponent by itself.
    const int exponent_field = (exponent - smallest_exponent) << mantissa_bits;
    return static_cast<std::uint16_t>(exponent_field + static_cast<int>(steps));
}

}  // namespace

std::uint16_t half_from_double(double value) noexcept {
    const std::uint16_t bits = magnitude(std::abs(value));
    return static_cast<std::uint16_t>(std::signbit(value) ? bits | sign_bit : bits);
}

double double_from_half(std::uint16_t bits) noexcept {
    const int exponent = bits >> mantissa_bits & 0x1f;
    const int mantissa = bits & 0x3ff;
    double value = std::ldexp(mantissa + (exponent == 0 ? 0 : 1024), std::max(exponent, 1) - 25);
    if (exponent == 0x1f) value = mantissa == 0 ? HUGE_VAL : std::numeric_limits<double>::quiet_NaN();
    return (bits & sign_bit) != 0 ? -value : value;
}

}  // namespace voxbrick
