#include <catch2/catch.hpp>
#include <functional>

#include "format/formats.hpp"
#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"
#include "support/store_text.hpp"
#include "support/zarr3_documents.hpp"

using namespace voxbrick;

namespace {

const Format& zarr3 = zarr3_format();

ArrayMeta opened(const char* members = "{}") {
    return zarr3.open(*store_with("zarr.json", zarr3_document(members).dump()));
}

ArraySpec small_spec() {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.dtype = DType::uint16;
    spec.shape = {1, 60, 70, 80};
    spec.chunk_shape = {1, 8, 8, 8};
    return spec;
}

Json planned_document(const ArraySpec& spec) {
    return Json::parse(zarr3.plan(spec).document);
}

}  // namespace

TEST_CASE("zarr3: opening says which file is missing or wrong", "[format]") {
    CHECK(error_kind([] { (void)zarr3.open(*make_memory_store()); }) == ErrorKind::not_found);
    CHECK_THROWS_WITH(opened(R"({"shape": [1]})"), Catch::StartsWith("zarr.json: chunk_grid: "));
    const std::string bomb(1'000'000, '[');
    CHECK(error_kind([&] { (void)zarr3.open(*store_with("zarr.json", bomb)); }) == ErrorKind::invalid_metadata);
}

TEST_CASE("zarr3: keys of the grid, and no others", "[format]") {
    const ArrayMeta meta = opened(R"({"shape": [6, 9]})");
    CHECK(zarr3.shard_key(meta, {1, 2}) == "c/1/2");
    CHECK(zarr3.shard_of_key(meta, "c/1/2") == Index{1, 2});
    CHECK_FALSE(zarr3.shard_of_key(meta, "c/2/0"));  // left from a larger shape
    CHECK_FALSE(zarr3.shard_of_key(meta, "c/0/3"));
    CHECK_FALSE(zarr3.shard_of_key(opened(R"({"shape": [0, 9]})"), "c/0/0"));
}

TEST_CASE("zarr3: a chunk without shards is one block", "[format]") {
    const ArrayMeta meta = opened();
    CHECK(zarr3.open_shard(meta, {}, blob_of(Bytes(24))).index.find(0) == ByteRange{0, 24});
    const ShardFrame frame = zarr3.frame(meta, {24});
    CHECK(frame.head.empty());
    CHECK(frame.tail.empty());
    CHECK_FALSE(zarr3.empty_shard(meta));
}

TEST_CASE("zarr3: resizing changes the shape and keeps the rest", "[format]") {
    const ArrayMeta meta = opened(R"({"attributes": {"a": 1}, "extra": {"must_understand": false}})");
    const ArrayMeta larger = zarr3.resized(meta, {60, 0});
    CHECK(larger.shape == Index{60, 0});
    const auto store = make_memory_store();
    (void)zarr3.store_metadata(*store, larger, {});
    const ArrayMeta again = zarr3.open(*store);
    CHECK(again.shape == Index{60, 0});
    CHECK(Json::parse(again.document)["attributes"] == Json{{"a", 1}});
    for (const Index& shape : {Index{6}, Index{6, 8, 1}, Index{6, -1}})
        CHECK(error_kind([&] { (void)zarr3.resized(meta, shape); }) == ErrorKind::invalid_argument);
}

TEST_CASE("zarr3: resizing changes the numbers of the shape and no other byte", "[format]") {
    const std::string text = R"({"attributes" : {"shape": [1], "big": 123456789012345678901234567890, "f": 1.50e+00,
        "\"shape\":": "\\", "list": ["shape", {"shape": [0, 0]}]},
        "shape"
          : [ 6,
              8 ]
            , "zarr_format": 3, "node_type": "array", "data_type": "uint8", "fill_value": 0,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2, 2]}},
        "chunk_key_encoding": {"name": "default"}, "codecs": [{"name": "bytes"}], "dimension_names": ["shape", null]})";
    const auto store = make_memory_store();
    put_text(*store, "zarr.json", text);
    (void)zarr3.store_metadata(*store, zarr3.resized(zarr3.open(*store), {60, 0}), {});
    std::string expected = text;
    expected.replace(expected.find("[ 6,"), 4, "[ 60,").replace(expected.find(" 8 ]"), 4, " 0 ]");
    CHECK(text_of(*store, "zarr.json") == expected);
    CHECK(zarr3.open(*store).shape == Index{60, 0});
}

TEST_CASE("zarr3 plan: defaults, spelled out", "[format]") {
    CHECK(planned_document(small_spec()) == Json::parse(R"({
        "zarr_format": 3,
        "node_type": "array",
        "shape": [1, 60, 70, 80],
        "data_type": "uint16",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 8, 8, 8]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0,
        "codecs": [{"name": "transpose", "configuration": {"order": [3, 2, 1, 0]}},
                   {"name": "bytes", "configuration": {"endian": "little"}},
                   {"name": "zstd", "configuration": {"level": 5, "checksum": true}}],
        "attributes": {}})"));
}

TEST_CASE("zarr3 plan: shards", "[format]") {
    ArraySpec spec = small_spec();
    spec.shard_shape = {1, 32, 32, 32};
    spec.compress = false;
    const ArrayMeta meta = zarr3.plan(spec);
    CHECK(meta.shard_shape == Index{1, 32, 32, 32});
    CHECK(meta.block_shape == Index{1, 8, 8, 8});
    CHECK(meta.layout.strides == Index{2, 2, 16, 128});
    CHECK(meta.chain.empty());
    CHECK(Json::parse(meta.codecs) == Json::parse(R"([{"name": "sharding_indexed", "configuration": {
        "chunk_shape": [1, 8, 8, 8],
        "codecs": [{"name": "transpose", "configuration": {"order": [3, 2, 1, 0]}},
                   {"name": "bytes", "configuration": {"endian": "little"}}],
        "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}],
        "index_location": "end"}}])"));
}

TEST_CASE("zarr3 plan: keywords", "[format]") {
    ArraySpec spec = small_spec();
    spec.dtype = DType::float32;
    spec.axes = {"c", "", "y"};
    spec.fill_value = "\"NaN\"";
    spec.chunk_key_encoding = R"("v2")";
    spec.attributes = R"({"z": [1, {"a": "ü"}]})";
    spec.codecs = R"([{"name": "bytes", "configuration": {"endian": "big"}}, "crc32c"])";
    const Json document = planned_document(spec);
    CHECK(document["dimension_names"] == Json::parse(R"(["c", null, "y", null])"));
    CHECK(document["fill_value"] == "NaN");
    CHECK(document["chunk_key_encoding"] == Json::parse(R"({"name": "v2", "configuration": {"separator": "."}})"));
    CHECK(document["attributes"] == Json::parse(spec.attributes));
    CHECK(document["codecs"][1] == Json{{"name", "crc32c"}});
}

TEST_CASE("zarr3 plan: true and false as numbers", "[format]") {
    ArraySpec spec = small_spec();
    spec.dtype = DType::boolean;
    CHECK(planned_document(spec)["fill_value"] == false);
    spec.fill_value = "1";
    CHECK(planned_document(spec)["fill_value"] == true);
}

TEST_CASE("zarr3 plan: codecs with sharding are the whole pipeline", "[format]") {
    const std::string bytes = R"({"name": "bytes", "configuration": {"endian": "little"}})";
    ArraySpec spec = small_spec();
    spec.codecs = R"([{"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 8, 8, 8], "codecs": [)" +
                  bytes + R"(], "index_codecs": [)" + bytes + "]}}]";
    CHECK(error_kind([&] { (void)zarr3.plan(spec); }) == std::nullopt);  // one block in each shard
    spec.shard_shape = {1, 16, 16, 16};
    CHECK(zarr3.plan(spec).block_shape == spec.chunk_shape);
    spec.chunk_shape = {1, 4, 4, 4};
    CHECK(error_kind([&] { (void)zarr3.plan(spec); }) == ErrorKind::invalid_argument);
}

TEST_CASE("zarr3 plan: a document is taken as it is, once it makes sense", "[format]") {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.metadata = zarr3_document(R"({"attributes": {"b": 1, "a": 2}})").dump();
    CHECK(planned_document(spec) == Json::parse(spec.metadata));
    spec.metadata = zarr3_document(R"({"fill_value": -1})").dump();
    CHECK(error_kind([&] { (void)zarr3.plan(spec); }) == ErrorKind::invalid_argument);
}

TEST_CASE("zarr3 plan: refused keywords", "[format]") {
    struct Row {
        std::string why;
        std::function<void(ArraySpec&)> change;
        ErrorKind kind = ErrorKind::invalid_argument;
    };
    const std::vector<Row> rows{
        {"channels", [](ArraySpec& spec) { spec.num_channels = 3; }},
        {"no chunks", [](ArraySpec& spec) { spec.chunk_shape = {}; }},
        {"chunks of another rank",
         [](ArraySpec& spec) {
             spec.chunk_shape = {8, 8, 8};
         }},
        {"empty chunks",
         [](ArraySpec& spec) {
             spec.chunk_shape = {1, 8, 8, 0};
         }},
        {"shards of another rank",
         [](ArraySpec& spec) {
             spec.shard_shape = {32, 32, 32};
         }},
        {"shards of broken chunks",
         [](ArraySpec& spec) {
             spec.shard_shape = {1, 12, 8, 8};
         }},
        {"too many names",
         [](ArraySpec& spec) {
             spec.axes = {"a", "b", "c", "d", "e"};
         }},
        {"fill out of range", [](ArraySpec& spec) { spec.fill_value = "65536"; }},
        {"no JSON", [](ArraySpec& spec) { spec.codecs = "zstd"; }},
        {"no list", [](ArraySpec& spec) { spec.codecs = "{}"; }},
        {"attributes are a list", [](ArraySpec& spec) { spec.attributes = "[]"; }},
        {"separator",
         [](ArraySpec& spec) { spec.chunk_key_encoding = R"({"name": "v2", "configuration": {"separator": "x"}})"; }},
        {"negative shape",
         [](ArraySpec& spec) {
             spec.shape = {1, -1, 2, 2};
         }},
        {"unknown codec", [](ArraySpec& spec) { spec.codecs = R"(["bytes", "mystery"])"; }, ErrorKind::unsupported},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        ArraySpec spec = small_spec();
        row.change(spec);
        CHECK(error_kind([&] { (void)zarr3.plan(spec); }) == row.kind);
    }
}
