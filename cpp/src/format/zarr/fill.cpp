#include "format/zarr/fill.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/float16.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// Elements as numbers of 64 bits whose low end is the element: that is how they are taken apart here.

ElementBits element_of(std::uint64_t pattern, DType dtype) {
    ElementBits element;
    element.size = size_of(dtype);
    if constexpr (std::endian::native == std::endian::big) pattern <<= 64 - 8 * element.size;
    std::memcpy(element.bytes.data(), &pattern, element.size);
    return element;
}

std::uint64_t pattern_of(const ElementBits& element) {
    std::uint64_t pattern = 0;
    std::memcpy(&pattern, element.bytes.data(), element.size);
    if constexpr (std::endian::native == std::endian::big) pattern >>= 64 - 8 * element.size;
    return pattern;
}

unsigned bits_of(DType dtype) {
    return static_cast<unsigned>(8 * size_of(dtype));
}

std::uint64_t low_bits(std::uint64_t pattern, DType dtype) {
    return pattern & std::numeric_limits<std::uint64_t>::max() >> (64 - bits_of(dtype));
}

[[noreturn]] void fail_value(const Json& value, DType dtype) {
    fail(ErrorKind::invalid_metadata, "fill_value: ", value.dump(), " is no value of type ", name_of(dtype));
}

// An integer below zero, or one from zero on: together they cover the values of all types.
struct Integer {
    bool negative;
    std::uint64_t pattern;  // two's complement
};

// Only as far as doubles are exact: beyond, nobody knows which integer was meant.
Integer whole_number(double number, const Json& value, DType dtype) {
    if (std::abs(number) > 0x1p53 || std::trunc(number) != number) fail_value(value, dtype);
    return {number < 0, static_cast<std::uint64_t>(static_cast<std::int64_t>(number))};
}

Integer integer_of(const Json& value, DType dtype) {
    if (value.is_number_float()) return whole_number(value.get<double>(), value, dtype);
    if (!value.is_number_integer()) fail_value(value, dtype);
    return {!value.is_number_unsigned() && value.get<std::int64_t>() < 0, value.get<std::uint64_t>()};
}

std::uint64_t integer_pattern(const Json& value, DType dtype) {
    const Integer integer = integer_of(value, dtype);
    const unsigned value_bits = bits_of(dtype) - (is_signed(dtype) ? 1 : 0);
    const std::uint64_t largest = std::numeric_limits<std::uint64_t>::max() >> (64 - value_bits);
    const std::uint64_t distance = integer.negative ? ~integer.pattern : integer.pattern;  // from -1, or from 0
    if (distance > largest || (integer.negative && !is_signed(dtype))) fail_value(value, dtype);
    return low_bits(integer.pattern, dtype);
}

std::uint64_t float_pattern(double number, DType dtype) {
    if (dtype == DType::float16) return half_from_double(number);
    if (dtype == DType::float32) return std::bit_cast<std::uint32_t>(static_cast<float>(number));
    return std::bit_cast<std::uint64_t>(number);
}

double float_value(std::uint64_t pattern, DType dtype) {
    if (dtype == DType::float16) return double_from_half(static_cast<std::uint16_t>(pattern));
    if (dtype == DType::float32) return std::bit_cast<float>(static_cast<std::uint32_t>(pattern));
    return std::bit_cast<double>(pattern);
}

std::uint64_t quiet_nan(DType dtype) {
    return float_pattern(std::numeric_limits<double>::quiet_NaN(), dtype);
}

// "0x" and exactly two digits for each byte.
std::uint64_t hexadecimal(const Json& value, DType dtype) {
    const auto text = value.get<std::string>();
    const char* const end = text.data() + text.size();
    std::uint64_t pattern = 0;
    if (text.size() != 2 + 2 * size_of(dtype) || !text.starts_with("0x")) fail_value(value, dtype);
    const auto [stop, error] = std::from_chars(text.data() + 2, end, pattern, 16);
    if (stop != end || error != std::errc{}) fail_value(value, dtype);
    return pattern;
}

std::uint64_t float_pattern_of(const Json& value, DType dtype) {
    if (value == "NaN") return quiet_nan(dtype);
    if (value == "Infinity") return float_pattern(HUGE_VAL, dtype);
    if (value == "-Infinity") return float_pattern(-HUGE_VAL, dtype);
    if (value.is_string()) return hexadecimal(value, dtype);
    if (!value.is_number()) fail_value(value, dtype);
    const std::uint64_t pattern = float_pattern(value.get<double>(), dtype);
    if (std::isinf(float_value(pattern, dtype))) fail_value(value, dtype);
    return pattern;
}

std::string hexadecimal(std::uint64_t pattern, DType dtype) {
    std::string text = "0x";
    for (unsigned shift = bits_of(dtype); shift > 0; shift -= 4)
        text += "0123456789abcdef"[pattern >> (shift - 4) & 0xf];
    return text;
}

Json float_to_json(std::uint64_t pattern, DType dtype) {
    const double number = float_value(pattern, dtype);
    if (pattern == quiet_nan(dtype)) return "NaN";
    if (std::isnan(number)) return hexadecimal(pattern, dtype);
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    return number;
}

Json signed_to_json(std::uint64_t pattern, DType dtype) {
    const unsigned unused = 64 - bits_of(dtype);
    return static_cast<std::int64_t>(pattern << unused) >> unused;
}

}  // namespace

ElementBits parse_fill(const Json& value, DType dtype) {
    if (is_float(dtype)) return element_of(float_pattern_of(value, dtype), dtype);
    if (dtype != DType::boolean) return element_of(integer_pattern(value, dtype), dtype);
    if (!value.is_boolean()) fail_value(value, dtype);
    return element_of(value.get<bool>() ? 1 : 0, dtype);
}

Json fill_to_json(const ElementBits& fill, DType dtype) {
    const std::uint64_t pattern = pattern_of(fill);
    if (dtype == DType::boolean) return pattern != 0;
    if (is_float(dtype)) return float_to_json(pattern, dtype);
    return is_signed(dtype) ? signed_to_json(pattern, dtype) : Json(pattern);
}

Json lenient_fill(const Json& value, DType dtype) {
    const bool zero_or_one = value.is_number() && (value == 0 || value == 1);
    return dtype == DType::boolean && zero_or_one ? Json(value == 1) : value;
}

}  // namespace voxbrick
