#include <catch2/catch.hpp>

#include "../error_kind.hpp"
#include "memory_blob.hpp"

using namespace voxbrick;

TEST_CASE("formats are found by name and by looking", "[format]") {
    CHECK(format_named("wkw").metadata_key() == "header.wkw");
    CHECK(format_named("zarr3").metadata_key() == "zarr.json");
    CHECK(format_named("zarr").metadata_key() == ".zarray");
    for (const Format* format : all_formats()) {
        CHECK(&format_named(format->name()) == format);
        CHECK(&detect_format(*store_with(format->metadata_key(), "")) == format);
    }
}

TEST_CASE("what is no format, or no array, is said with what there is", "[format]") {
    CHECK(error_kind([] { (void)format_named("n5"); }) == ErrorKind::invalid_argument);
    CHECK_THROWS_WITH(format_named("n5"), Catch::Contains("wkw, zarr3, zarr"));
    CHECK(error_kind([] { (void)detect_format(*make_memory_store()); }) == ErrorKind::not_found);
    CHECK_THROWS_WITH(detect_format(*make_memory_store()), Catch::Contains("header.wkw, zarr.json, .zarray"));
}
