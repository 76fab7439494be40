// The metadata of arrays that other programs wrote, and of arrays that were damaged on purpose.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.hpp"
#include "support/error_kind.hpp"
#include "voxbrick/format/format.hpp"

using namespace voxbrick;

namespace {

std::filesystem::path fixtures() {
    const char* shared = std::getenv("VOXBRICK_SHARED");
    const std::filesystem::path folder = shared != nullptr ? shared : VOXBRICK_REPOSITORY "/../shared";
    return folder / "fixtures" / "visible";
}

// The manifest speaks of zarr2 where data sets, and voxbrick, say zarr.
std::string format_of(const Json& entry) {
    const auto kind = entry["kind"].get<std::string>();
    return kind == "zarr2" ? "zarr" : kind;
}

// The manifest's entries of arrays in formats that there are; none where there is no manifest.
std::vector<Json> entries(const char* list) {
    std::ifstream file(fixtures() / "MANIFEST.json");
    if (!file) {
        WARN("no shared fixtures at " << fixtures() << "; set VOXBRICK_SHARED to their folder");
        return {};
    }
    const Json manifest = Json::parse(file);
    std::vector<Json> found;
    for (const Json& entry : manifest.at(list))
        for (const Format* format : all_formats())
            if (format_of(entry) == format->name()) found.push_back(entry);
    return found;
}

ArrayMeta opened(const Json& entry) {
    const auto store = open_filesystem_store((fixtures() / entry["path"].get<std::string>()).string(), false);
    return format_named(format_of(entry)).open(*store);
}

std::string class_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::not_found:
            return "not_found";
        case ErrorKind::unsupported:
            return "unsupported";
        case ErrorKind::invalid_metadata:
            return "invalid_metadata";
        default:
            return "unexpected";
    }
}

}  // namespace

TEST_CASE("foreign metadata: foreign arrays open", "[format]") {
    for (const Json& entry : entries("valid")) {
        CAPTURE(entry["path"].dump());
        const ArrayMeta meta = opened(entry);
        CHECK(name_of(meta.dtype) == entry["expected"]["dtype"]);
        CHECK(meta.shape.rank() == entry["expected"]["shape"].size());
    }
}

TEST_CASE("foreign metadata: damaged metadata is refused with the right kind of error", "[format]") {
    for (const Json& entry : entries("corrupt")) {
        CAPTURE(entry["path"].dump());
        const auto kind = error_kind([&] { (void)opened(entry); });
        if (entry["when"] == "open")
            CHECK((kind && class_of(*kind) == entry["error_class"]));
        else
            CHECK_FALSE(kind);
    }
}
