#include <catch2/catch.hpp>
#include <functional>

#include "base/json.hpp"
#include "format/formats.hpp"
#include "format/n5/metadata.hpp"
#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

const Format& n5 = n5_format();

Json document(const char* members = "{}") {
    auto json = Json::parse(R"({"dimensions": [5, 3], "blockSize": [4, 2], "dataType": "uint16",
                                "compression": {"type": "raw"}})");
    json.update(Json::parse(members));
    return json;
}

ArrayMeta parsed(const char* members = "{}") {
    return parse_n5(document(members).dump());
}

struct Broken {
    const char* members;
    ErrorKind kind = ErrorKind::invalid_metadata;
};

constexpr auto unsupported = ErrorKind::unsupported;

// A block of shape (1, 2) at the border: elements 0x0102 and 0x0304.
const Bytes header = hex("00 00 00 02 00 00 00 01 00 00 00 02");
const Bytes voxels = hex("01 02 03 04");

std::vector<std::uint16_t> read_all(const std::shared_ptr<Store>& store) {
    return Array::open(store).read<std::uint16_t>({{0, 0}, {5, 3}});
}

std::shared_ptr<Store> stored(std::string_view key, const Bytes& block, const char* members = "{}") {
    auto store = store_with("attributes.json", document(members).dump());
    replace_bytes(*store, key, false, block);
    return store;
}

}  // namespace

TEST_CASE("n5: a plain array", "[format]") {
    const ArrayMeta meta = parsed(R"({"axes": ["x", "y"], "resolution": [4, 40]})");
    CHECK(meta.data_format == "n5");
    CHECK(meta.dtype == DType::uint16);
    CHECK(meta.shape == Index{5, 3});
    CHECK(meta.block_shape == Index{4, 2});
    CHECK(meta.layout.strides == Index{2, 8});
    CHECK(meta.layout.swap_bytes);
    CHECK(meta.axes == std::vector<std::string>{"x", "y"});
    CHECK_FALSE(meta.compressed);
    CHECK(Json::parse(meta.document)["attributes"] == Json::parse(R"({"axes": ["x", "y"], "resolution": [4, 40]})"));
    CHECK(parsed(R"({"axes": ["x"]})").axes.empty());
    CHECK(parsed(R"({"axes": ["x", 1]})").axes.empty());
}

TEST_CASE("n5: the compression of older documents is a name alone", "[format]") {
    Json older = document(R"({"compressionType": "gzip"})");
    older.erase("compression");
    const ArrayMeta meta = parse_n5(older.dump());
    CHECK(meta.compressed);
    CHECK(meta.chain.codecs().front()->name() == "gzip");
}

TEST_CASE("n5: broken documents", "[format]") {
    const std::vector<Broken> rows{
        {R"({"dimensions": null})"},
        {R"({"dimensions": [5, -3]})"},
        {R"({"dimensions": [5]})"},
        {R"({"dimensions": [5, 9223372036854775807]})", unsupported},
        {R"({"blockSize": [4, 0]})"},
        {R"({"blockSize": 4})"},
        {R"({"blockSize": [4611686018427387904, 4]})", unsupported},
        {R"({"blockSize": [2147483647, 2147483647, 2147483647], "dimensions": [1, 1, 1]})"},
        {R"({"dataType": 16})"},
        {R"({"dataType": "object"})", unsupported},
        {R"({"dataType": "string"})", unsupported},
        {R"({"dataType": "float16"})", unsupported},
        {R"({"dataType": "bool"})", unsupported},
        {R"({"compression": "gzip"})"},
        {R"({"compression": {}})"},
        {R"({"compression": {"type": 1}})"},
        {R"({"compression": {"type": "jpeg"}})", unsupported},
        {R"({"compression": {"type": "gzip", "level": 11}})"},
    };
    for (const auto& [members, kind] : rows) {
        CAPTURE(members);
        CHECK(error_kind([members = members] { (void)parsed(members); }) == kind);
    }
    for (const char* text : {"", "[]", "null", "{\"dimensions\": [5, 3]}", "\xff"}) {
        CAPTURE(text);
        CHECK(error_kind([text] { (void)parse_n5(text); }) == ErrorKind::invalid_metadata);
    }
    CHECK(error_kind([] { (void)parse_n5(R"({"n5": "2.0.0"})"); }) == ErrorKind::not_found);
}

TEST_CASE("n5: keys of the grid, and no others", "[format]") {
    const ArrayMeta meta = parsed();
    CHECK(n5.shard_key(meta, {1, 0}) == "1/0");
    CHECK(n5.shard_of_key(meta, "1/0") == Index{1, 0});
    for (const char* key : {"2/0", "0/2", "0.0", "0", "0/0/0", "attributes.json"}) {
        CAPTURE(key);
        CHECK_FALSE(n5.shard_of_key(meta, key));
    }
}

TEST_CASE("n5: a block at the border is stored without what lies beyond", "[format]") {
    std::vector<std::uint16_t> expected(15, 0);
    expected[4] = 0x0102;
    expected[9] = 0x0304;
    CHECK(read_all(stored("1/0", header + voxels)) == expected);
    const Bytes counted = hex("00 01 00 02 00 00 00 01 00 00 00 02 00 00 00 02");
    CHECK(read_all(stored("1/0", counted + voxels)) == expected);
}

TEST_CASE("n5: a block in the middle may be smaller, too, and the rest was never written", "[format]") {
    std::vector<std::uint16_t> expected(15, 0);
    expected[0] = 0x0102;
    expected[5] = 0x0304;
    CHECK(read_all(stored("0/0", header + voxels)) == expected);
}

TEST_CASE("n5: damaged blocks", "[format]") {
    const std::vector<std::pair<Bytes, ErrorKind>> rows{
        {{}, ErrorKind::corrupt},
        {hex("00"), ErrorKind::corrupt},
        {hex("00 00 00 02 00 00 00 01 00 00 00"), ErrorKind::corrupt},
        {header, ErrorKind::corrupt},
        {header + hex("01 02 03"), ErrorKind::corrupt},
        {header + hex("01 02 03 04 05"), ErrorKind::corrupt},
        {hex("00 00 00 03 00 00 00 01 00 00 00 01 00 00 00 02") + voxels, ErrorKind::corrupt},
        {hex("00 00 00 02 00 00 00 00 00 00 00 02") + voxels, ErrorKind::corrupt},
        {hex("00 00 00 02 00 00 00 05 00 00 00 01") + voxels, ErrorKind::corrupt},
        {hex("00 00 00 02 ff ff ff ff ff ff ff ff") + voxels, ErrorKind::corrupt},
        {hex("00 03 00 02 00 00 00 01 00 00 00 02") + voxels, ErrorKind::corrupt},
        {hex("00 02 00 02 00 00 00 01 00 00 00 02") + voxels, unsupported},
        {hex("00 01 00 02 00 00 00 01 00 00 00 02 00 00 00 03") + voxels, unsupported},
    };
    for (const auto& [block, kind] : rows) {
        CAPTURE(block.size());
        CHECK(error_kind([block = block] { (void)read_all(stored("1/0", block)); }) == kind);
        CHECK_THROWS_WITH(read_all(stored("1/0", block)), Catch::Contains("1/0"));
    }
    const char* gzip = R"({"compression": {"type": "gzip"}})";
    CHECK(error_kind([&] { (void)read_all(stored("1/0", header + voxels, gzip)); }) == ErrorKind::corrupt);
}

TEST_CASE("n5: arrays are not opened for writing", "[format]") {
    const auto store = stored("1/0", header + voxels);
    CHECK(error_kind([&] { (void)Array::open(store, OpenMode::read_write); }) == unsupported);
    CHECK_THROWS_WITH(Array::open(store, OpenMode::read_write), Catch::Contains("n5"));
}
