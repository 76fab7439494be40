// A new array is on disk before the old one is deleted.
#ifdef __linux__

#include <algorithm>
#include <catch2/catch.hpp>
#include <span>
#include <string>
#include <vector>
#include <voxbrick/array/array.hpp>

#include "convert/staging.hpp"
#include "support/spec_of.hpp"
#include "support/system_calls.hpp"
#include "support/temporary_folder.hpp"

using namespace voxbrick;

namespace {

void make_array(const std::string& folder, std::uint8_t value) {
    Array array = Array::create(folder, spec_of({4, 4}, {4, 4}));
    array.write<std::uint8_t>({{0, 0}, {4, 4}}, std::vector<std::uint8_t>(16, value));
}

std::vector<std::string> calls_of_commit(const std::string& target) {
    Staging staging("source", target, true);
    make_array(staging.folder().string(), 2);
    const CallRecord record;
    staging.commit();
    return record.calls();
}

}  // namespace

TEST_CASE("staging: what replaces an array is synced before it, and then its name", "[convert]") {
    const TemporaryFolder folder;
    const std::string target = folder / "target";
    make_array(target, 1);
    const auto calls = calls_of_commit(target);
    const auto last = std::find(calls.rbegin(), calls.rend(), "rename target");
    const auto first =
        std::find_if(calls.begin(), calls.end(), [](const auto& call) { return call.ends_with(".old"); });
    REQUIRE(first != calls.end());
    for (const std::string& key : Array::open(target).list_keys()) {
        const auto name = key.substr(key.rfind('/') + 1);
        CHECK(std::find(calls.begin(), first, "sync " + name) != first);
    }
    CHECK(std::find(calls.rbegin(), last, "sync " + folder.path().filename().string()) != last);
}

TEST_CASE("staging: an array that replaces nothing is not waited for", "[convert]") {
    const TemporaryFolder folder;
    CHECK(calls_of_commit(folder / "target") == std::vector<std::string>{"rename target"});
}

#endif
