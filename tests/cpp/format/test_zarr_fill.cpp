#include <catch2/catch.hpp>

#include "format/zarr/fill.hpp"
#include "support/error_kind.hpp"

using namespace voxbrick;

namespace {

std::uint64_t bits(const std::string& json, DType dtype) {
    const ElementBits fill = parse_fill(Json::parse(json), dtype);
    REQUIRE(fill.size == size_of(dtype));
    std::uint64_t value = 0;
    for (std::size_t i = fill.size; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(fill.bytes[i]);
    return value;
}

}  // namespace

TEST_CASE("zarr fill: fill values keep every bit, and come back as they were spelled", "[format]") {
    struct Row {
        std::string json;
        DType dtype;
        std::uint64_t bits;
    };
    const std::vector<Row> rows{
        {"true", DType::boolean, 1},
        {"false", DType::boolean, 0},
        {"-128", DType::int8, 0x80},
        {"127", DType::int8, 0x7f},
        {"-1", DType::int32, 0xffffffff},
        {"-9223372036854775808", DType::int64, 0x8000000000000000},
        {"9223372036854775807", DType::int64, 0x7fffffffffffffff},
        {"255", DType::uint8, 255},
        {"18446744073709551615", DType::uint64, 0xffffffffffffffff},
        {"1.5", DType::float16, 0x3e00},
        {"-0.0", DType::float16, 0x8000},
        {"\"NaN\"", DType::float16, 0x7e00},
        {"\"0x7e01\"", DType::float16, 0x7e01},
        {"0.5", DType::float32, 0x3f000000},
        {"-0.0", DType::float32, 0x80000000},
        {"\"NaN\"", DType::float32, 0x7fc00000},
        {"\"Infinity\"", DType::float32, 0x7f800000},
        {"\"-Infinity\"", DType::float32, 0xff800000},
        {"\"0x7fc00001\"", DType::float32, 0x7fc00001},
        {"\"0xffc00000\"", DType::float32, 0xffc00000},
        {"0.1", DType::float64, 0x3fb999999999999a},
        {"-0.0", DType::float64, 0x8000000000000000},
        {"\"NaN\"", DType::float64, 0x7ff8000000000000},
        {"\"0x7ff0000000000001\"", DType::float64, 0x7ff0000000000001},
    };
    for (const auto& [json, dtype, expected] : rows) {
        CAPTURE(json, name_of(dtype));
        CHECK(bits(json, dtype) == expected);
        CHECK(fill_to_json(parse_fill(Json::parse(json), dtype), dtype).dump() == json);
    }
}

TEST_CASE("zarr fill: fill values in tolerated spellings", "[format]") {
    CHECK(bits("5.0", DType::uint8) == 5);
    CHECK(bits("-5.0", DType::int16) == 0xfffb);
    CHECK(bits("1e15", DType::uint64) == 1'000'000'000'000'000u);
    CHECK(bits("3", DType::float32) == 0x40400000);
    CHECK(bits("\"0x3F000000\"", DType::float32) == 0x3f000000);
    CHECK(lenient_fill(1, DType::boolean) == true);
    CHECK(lenient_fill(0.0, DType::boolean) == false);
    CHECK(lenient_fill(1, DType::uint8) == 1);
}

TEST_CASE("zarr fill: fill values that a type does not have", "[format]") {
    struct Row {
        DType dtype;
        std::vector<std::string> values;
    };
    const std::vector<Row> rows{
        {DType::boolean, {"0", "1", "null", "\"true\""}},
        {DType::int8, {"128", "-129", "5.5", "true", "\"5\"", "null", "[]"}},
        {DType::uint8, {"256", "-1", "-1.0", "1e3"}},
        {DType::int64, {"9223372036854775808", "-9223372036854775809", "1e19"}},
        {DType::uint64, {"18446744073709551616", "1e19", "-1"}},
        {DType::float16, {"65520", "\"0x7e0\"", "\"0x7e000\""}},
        {DType::float32,
         {"1e39", "\"nan\"", "\"0x7fc0000\"", "\"0x7fc000000\"", "\"0x7fc0000g\"", "\"0x-fc00000\"", "true"}},
        {DType::float64, {"\"0x7fc00000\"", "\"\"", "null", "[0.5]", "{}"}},
    };
    for (const Row& row : rows) {
        for (const std::string& value : row.values) {
            CAPTURE(value, name_of(row.dtype));
            CHECK(error_kind([&] { (void)parse_fill(Json::parse(value), row.dtype); }) == ErrorKind::invalid_metadata);
        }
    }
}
