#include <catch2/catch.hpp>

#include "base/json.hpp"
#include "base/limits.hpp"
#include "support/error_kind.hpp"

using namespace voxbrick;

TEST_CASE("json: members are found, missing ones are named", "[base]") {
    const Json object = {{"level", 5}};
    CHECK(required(object, "level", "gzip") == 5);
    CHECK(*optional(object, "level", "gzip") == 5);
    CHECK(optional(object, "window", "gzip") == nullptr);
    CHECK_THROWS_WITH(required(object, "window", "gzip"), "gzip: \"window\" is missing");
    CHECK_THROWS_WITH(required(Json::array(), "level", "gzip"), "gzip: expected an object, found array");
}

TEST_CASE("json: integers are integers and nothing else", "[base]") {
    CHECK(as_integer(Json::parse("-9223372036854775808"), "n") == INT64_MIN);
    CHECK(as_integer(Json::parse("9223372036854775807"), "n") == INT64_MAX);
    for (const char* wrong : {"true", "5.0", "5.5", "\"5\"", "null", "[5]", "9223372036854775808", "1e3"}) {
        CAPTURE(wrong);
        CHECK(error_kind([&] { (void)as_integer(Json::parse(wrong), "n"); }) == ErrorKind::invalid_metadata);
    }
}

TEST_CASE("json: a range includes both ends", "[base]") {
    CHECK(as_integer_in(0, 0, 9, "level") == 0);
    CHECK(as_integer_in(9, 0, 9, "level") == 9);
    CHECK_THROWS_WITH(as_integer_in(10, 0, 9, "level"), "level: 10 is not in 0 ... 9");
    CHECK_THROWS_WITH(as_integer_in(-1, 0, 9, "level"), "level: -1 is not in 0 ... 9");
}

TEST_CASE("json: booleans and strings", "[base]") {
    CHECK(as_bool(true, "checksum"));
    CHECK(as_string("lz4", "cname") == "lz4");
    CHECK_THROWS_WITH(as_bool(1, "checksum"), "checksum: expected true or false, found number");
    CHECK_THROWS_WITH(as_string(1, "cname"), "cname: expected a string, found number");
}

TEST_CASE("json: unknown members are refused", "[base]") {
    const Json object = {{"level", 5}, {"window", 3}};
    CHECK_NOTHROW(refuse_unknown_keys(object, {"window", "level"}, "gzip"));
    CHECK(error_kind([&] { refuse_unknown_keys(object, {"level"}, "gzip"); }) == ErrorKind::unsupported);
}

TEST_CASE("json: documents that are none are refused", "[base]") {
    CHECK(parse_json("{\"a\": [1, \"]]\\\"[[\"]}", "n") == Json{{"a", {1, "]]\"[["}}});
    for (const char* wrong : {"", "{", "[1,]", "{} {}", "\"\xff\"", "nul", "1e", "[NaN", "-NaN", "\xef\xbb\xbf{}"}) {
        CAPTURE(wrong);
        CHECK(error_kind([&] { (void)parse_json(wrong, "n"); }) == ErrorKind::invalid_metadata);
    }
}

TEST_CASE("json: numbers that JSON does not have are kept as they were written", "[base]") {
    const std::string text =
        "{\n  \"a\": [\n    NaN,\n    -Infinity,\n    1e999,\n    1\n  ],\n  \"b\": \"NaN, Infinity\"\n}";
    CHECK(json_text(parse_json<OrderedJson>(text, "n")) == text);
    CHECK(json_text(parse_json<OrderedJson>(R"({"a": "\" NaN \\"})", "n")) == "{\n  \"a\": \"\\\" NaN \\\\\"\n}");
}

TEST_CASE("json: no text of others passes for a number that JSON does not have", "[base]") {
    for (const char* text : {R"({"a": "\u0001number 5"})", R"({"\u0001number 5": NaN})", R"(["\u0001\u006eumber 5"])"})
        CHECK(error_kind([&] { (void)parse_json(text, "n"); }) == ErrorKind::invalid_metadata);
}

TEST_CASE("json: numbers that JSON does not have are refused where they are not free", "[base]") {
    const Json document = parse_json(R"({"free": {"a": [NaN]}, "other": [1]})", "n");
    CHECK_NOTHROW(refuse_odd_numbers(document, "free", "n"));
    CHECK_THROWS_WITH(refuse_odd_numbers(document, "other", "n"), "n: \"free\" has a number that JSON does not have");
}

TEST_CASE("json: a nesting bomb is refused before it is parsed", "[base]") {
    CHECK_NOTHROW(parse_json(std::string(128, '[') + std::string(128, ']'), "n"));
    CHECK_THROWS_WITH(parse_json(std::string(1'000'000, '['), "n"), "n: nested more than 128 levels deep");
    CHECK(error_kind([] { (void)parse_json<OrderedJson>(std::string(1'000'000, '['), "n"); }) ==
          ErrorKind::invalid_metadata);
}

TEST_CASE("json: what would take much memory is refused before it is parsed", "[base]") {
    std::string many = "[0";
    while (many.size() < (std::size_t{3} << 21)) many += ",[]";
    CHECK_THROWS_WITH(parse_json(many + "]", "n"), "n: more than 2097152 values");
    CHECK(error_kind([] { (void)parse_json(std::string(largest_document + 1, ' '), "n"); }) ==
          ErrorKind::invalid_metadata);
    CHECK_NOTHROW(parse_json('"' + std::string(largest_document - 2, ',') + '"', "n"));
}
