#include <catch2/catch.hpp>
#include <functional>

#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"

using namespace voxbrick;

TEST_CASE("formats: formats are found by name and by looking", "[format]") {
    CHECK(format_named("wkw").metadata_key() == "header.wkw");
    CHECK(format_named("zarr3").metadata_key() == "zarr.json");
    CHECK(format_named("zarr").metadata_key() == ".zarray");
    CHECK(format_named("n5").metadata_key() == "attributes.json");
    CHECK(format_named("neuroglancerPrecomputed").metadata_key() == "info");
    for (const Format* format : all_formats()) {
        CHECK(&format_named(format->name()) == format);
        CHECK(&detect_format(*store_with(format->metadata_key(), "")) == format);
    }
}

TEST_CASE("formats: what is no format, or no array, is said with what there is", "[format]") {
    CHECK(error_kind([] { (void)format_named("hdf5"); }) == ErrorKind::invalid_argument);
    CHECK_THROWS_WITH(format_named("hdf5"), Catch::Contains("wkw, zarr3, zarr, n5"));
    CHECK(error_kind([] { (void)detect_format(*make_memory_store()); }) == ErrorKind::not_found);
    CHECK_THROWS_WITH(detect_format(*make_memory_store()),
                      Catch::Contains("header.wkw, zarr.json, .zarray, attributes.json, info"));
}

TEST_CASE("formats: formats that are only read refuse the rest by name", "[format]") {
    for (const Format* format : all_formats()) {
        if (format->writable()) continue;
        CAPTURE(format->name());
        const std::vector<std::function<void()>> calls{
            [&] { (void)format->plan({}); },
            [&] { (void)format->resized({}, {}); },
            [&] { (void)format->frame({}, {}); },
            [&] { (void)format->store_metadata(*make_memory_store(), {}, {}); },
        };
        for (const auto& call : calls) {
            CHECK(error_kind(call) == ErrorKind::unsupported);
            CHECK_THROWS_WITH(call(), Catch::Contains(std::string(format->name())));
        }
    }
}
