#include <catch2/catch.hpp>

#include "format/zarr/metadata.hpp"
#include "support/error_kind.hpp"

using namespace voxbrick;

TEST_CASE("zarr keys: encodings and their defaults", "[format]") {
    struct Row {
        std::string encoding, key, scalar;
    };
    const std::vector<Row> rows{
        {R"({"name": "default"})", "c/1/23/45", "c"},
        {R"("default")", "c/1/23/45", "c"},
        {R"({"name": "default", "configuration": {"separator": "."}})", "c.1.23.45", "c"},
        {R"({"name": "v2"})", "1.23.45", "0"},
        {R"({"name": "v2", "configuration": {}})", "1.23.45", "0"},
        {R"({"name": "v2", "configuration": {"separator": "/"}})", "1/23/45", "0"},
    };
    for (const auto& [encoding, key, scalar] : rows) {
        CAPTURE(encoding);
        const GridKeys keys = parse_zarr_keys(Json::parse(encoding));
        CHECK(keys.key_of({1, 23, 45}) == key);
        CHECK(keys.cell_of(key, 3) == Index{1, 23, 45});
        CHECK(keys.key_of({}) == scalar);
        CHECK(keys.cell_of(scalar, 0) == Index{});
        CHECK(parse_zarr_keys(zarr_keys_to_json(keys)).key_of({1, 2}) == keys.key_of({1, 2}));
    }
}

TEST_CASE("zarr keys: refused encodings", "[format]") {
    const auto error_of = [](const std::string& encoding) {
        return error_kind([&] { (void)parse_zarr_keys(Json::parse(encoding)); });
    };
    CHECK(error_of(R"({"name": "default", "configuration": {"separator": "-"}})") == ErrorKind::invalid_metadata);
    CHECK(error_of(R"({"name": "default", "configuration": {"separator": 1}})") == ErrorKind::invalid_metadata);
    CHECK(error_of(R"({"name": "default", "configuration": []})") == ErrorKind::invalid_metadata);
    CHECK(error_of(R"({"configuration": {"separator": "/"}})") == ErrorKind::invalid_metadata);
    CHECK(error_of("3") == ErrorKind::invalid_metadata);
    CHECK(error_of(R"({"name": "default", "configuration": {"seperator": "/"}})") == ErrorKind::unsupported);
    CHECK(error_of(R"({"name": "fanout"})") == ErrorKind::unsupported);
}

TEST_CASE("zarr keys: what is spelled otherwise is no key", "[format]") {
    const GridKeys slashes;
    for (const char* key : {"", "c", "c/1", "c/1/2/3", "c/01/2", "c/1/02", "c/1/2/", "c//2", "c/-1/2", "c/+1/2",
                            "c/1.2", "c.1.2", "1/2", "C/1/2", "c/1/2 ", "c/1/99999999999999999999", "zarr.json"}) {
        CAPTURE(key);
        CHECK_FALSE(slashes.cell_of(key, 2));
    }
    const GridKeys dots{false, '.'};
    for (const char* key : {"", "1", "1.2.3", "1/2", ".1.2", "1.2.", "c.1.2", "1.02", "zarr.json", ".zarray"}) {
        CAPTURE(key);
        CHECK_FALSE(dots.cell_of(key, 2));
    }
}
