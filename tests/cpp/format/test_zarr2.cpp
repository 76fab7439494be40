#include <catch2/catch.hpp>
#include <functional>

#include "format/formats.hpp"
#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"
#include "support/store_text.hpp"
#include "support/zarr2_documents.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

const Format& zarr2 = zarr2_format();

ArrayMeta opened(const char* members = "{}") {
    return zarr2.open(*store_with(".zarray", zarr2_document(members).dump()));
}

ArraySpec small_spec() {
    ArraySpec spec;
    spec.data_format = "zarr";
    spec.dtype = DType::uint16;
    spec.shape = {1, 60, 70, 80};
    spec.chunk_shape = {1, 8, 8, 8};
    return spec;
}

Json planned_document(const ArraySpec& spec) {
    return Json::parse(zarr2.plan(spec).document);
}

Json planned_with_codecs(const std::string& codecs) {
    ArraySpec spec = small_spec();
    spec.codecs = codecs;
    return planned_document(spec);
}

}  // namespace

TEST_CASE("zarr2: opening says which file is missing or wrong", "[format]") {
    CHECK(error_kind([] { (void)zarr2.open(*make_memory_store()); }) == ErrorKind::not_found);
    CHECK_THROWS_WITH(opened(R"({"order": "A"})"), Catch::StartsWith(".zarray: order "));
    const auto group = store_with(".zgroup", R"({"zarr_format": 2})");
    CHECK(error_kind([&] { (void)detect_format(*group); }) == ErrorKind::not_found);
}

TEST_CASE("zarr2: beside a zarr.json it counts for nothing", "[format]") {
    const auto store = store_with(".zarray", zarr2_document().dump());
    put_text(*store, "zarr.json", "{}");
    CHECK(&detect_format(*store) == &zarr3_format());
}

TEST_CASE("zarr2: keys of the grid, and no others", "[format]") {
    const ArrayMeta dots = opened();
    CHECK(zarr2.shard_key(dots, {1, 0}) == "1.0");
    CHECK(zarr2.shard_of_key(dots, "1.0") == Index{1, 0});
    for (const char* key : {"2.0", "0.2", "0/1", "0", "0.0.0", "00.1", ".zarray", ".zattrs"}) {
        CAPTURE(key);
        CHECK_FALSE(zarr2.shard_of_key(dots, key));
    }
    const ArrayMeta slashes = opened(R"({"dimension_separator": "/"})");
    CHECK(zarr2.shard_key(slashes, {1, 0}) == "1/0");
    CHECK(zarr2.shard_of_key(slashes, "1/0") == Index{1, 0});
    CHECK_FALSE(zarr2.shard_of_key(slashes, "1.0"));
    const ArrayMeta scalar = opened(R"({"shape": [], "chunks": []})");
    CHECK(zarr2.shard_key(scalar, {}) == "0");
    CHECK(zarr2.shard_of_key(scalar, "0") == Index{});
}

TEST_CASE("zarr2: bytes of chunks, whole at the border and with fill beyond it", "[format]") {
    struct Row {
        const char* members;
        std::string first;
        std::string last;
    };
    const std::vector<Row> rows{
        {"{}", "01 00 02 00 04 00 05 00", "03 00 07 00 06 00 07 00"},
        {R"({"order": "F"})", "01 00 04 00 02 00 05 00", "03 00 06 00 07 00 07 00"},
        {R"({"dtype": ">u2"})", "00 01 00 02 00 04 00 05", "00 03 00 07 00 06 00 07"},
        {R"({"order": "F", "dtype": ">u2"})", "00 01 00 04 00 02 00 05", "00 03 00 06 00 07 00 07"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.members);
        Json document = zarr2_document(row.members);
        document.update({{"shape", {2, 3}}, {"chunks", {2, 2}}});
        const auto store = store_with(".zarray", document.dump());
        std::vector<std::uint16_t> voxels{1, 2, 3, 4, 5, 6};
        Array::open(store, OpenMode::read_write).write({{0, 0}, {2, 3}}, c_order_view(voxels.data(), {2, 3}));
        const auto stored = [&](const char* key) {
            const std::string text = text_of(*store, key);
            return Bytes(bytes_of(text).begin(), bytes_of(text).end());
        };
        CHECK(stored("0.0") == hex(row.first));
        CHECK(stored("0.1") == hex(row.last));
    }
}

TEST_CASE("zarr2: a chunk of no bytes is damaged, not absent", "[format]") {
    for (const char* members : {"{}", R"({"compressor": {"id": "zlib", "level": 1}})"}) {
        const auto store = store_with(".zarray", zarr2_document(members).dump());
        put_text(*store, "0.0", "");
        std::uint16_t voxel = 0;
        const auto view = c_order_view(&voxel, {1, 1});
        CHECK(error_kind([&] { Array::open(store).read({{0, 0}, {1, 1}}, view); }) == ErrorKind::corrupt);
        Array::open(store).read({{3, 0}, {1, 1}}, view);
        CHECK(voxel == 7);
    }
}

TEST_CASE("zarr2: resizing changes the shape and nothing else, attributes of others least", "[format]") {
    const auto store = store_with(".zarray", zarr2_document(R"({"mystery": [1], "fill_value": null})").dump());
    put_text(*store, ".zattrs", R"({"a": 1})");
    Array array = Array::open(store, OpenMode::read_write);
    put_text(*store, ".zattrs", R"({"a": 2})");
    array.resize({60, 0});
    CHECK(text_of(*store, ".zattrs") == R"({"a": 2})");
    const Json expected = zarr2_document(R"({"mystery": [1], "fill_value": null, "shape": [60, 0]})");
    CHECK(Json::parse(text_of(*store, ".zarray")) == expected);
    for (const Index& shape : {Index{6}, Index{6, 8, 1}, Index{6, -1}})
        CHECK(error_kind([&] { (void)zarr2.resized(array.meta(), shape); }) == ErrorKind::invalid_argument);
}

TEST_CASE("zarr2 plan: defaults, spelled out", "[format]") {
    CHECK(planned_document(small_spec()) == Json::parse(R"({
        "zarr_format": 2,
        "shape": [1, 60, 70, 80],
        "chunks": [1, 8, 8, 8],
        "dtype": "<u2",
        "compressor": {"id": "blosc", "cname": "zstd", "clevel": 5, "shuffle": 1, "blocksize": 0},
        "fill_value": 0,
        "order": "F",
        "filters": null,
        "dimension_separator": "."})"));
    ArraySpec raw = small_spec();
    raw.dtype = DType::int8;
    raw.compress = false;
    CHECK(planned_document(raw)["compressor"].is_null());
    CHECK(planned_document(raw)["dtype"] == "|i1");
}

TEST_CASE("zarr2 plan: keywords", "[format]") {
    ArraySpec spec = small_spec();
    spec.shard_shape = spec.chunk_shape;
    spec.dtype = DType::float32;
    spec.fill_value = "\"NaN\"";
    spec.chunk_key_encoding = R"({"name": "v2", "configuration": {"separator": "/"}})";
    spec.axes = {"c", "x"};
    spec.attributes = R"({"z": [1, {"a": "ü"}]})";
    const Json document = planned_document(spec);
    CHECK(document["fill_value"] == "NaN");
    CHECK(document["dimension_separator"] == "/");
    CHECK(document["attributes"] == Json::parse(R"({"z": [1, {"a": "ü"}], "_ARRAY_DIMENSIONS": ["c", "x", "", ""]})"));
    CHECK(zarr2.plan(spec).axes == std::vector<std::string>{"c", "x", "", ""});
}

TEST_CASE("zarr2 plan: codecs in the words of either version", "[format]") {
    const Json zlib = planned_with_codecs(R"([{"id": "zlib", "level": 3}])");
    CHECK(zlib["compressor"] == Json::parse(R"({"id": "zlib", "level": 3})"));
    CHECK(zlib["order"] == "F");
    CHECK(planned_with_codecs("[]")["compressor"].is_null());
    CHECK(zlib["filters"].is_null());
    const Json shuffled = planned_with_codecs(R"([{"id": "shuffle", "elementsize": 2}, {"id": "zlib"}])");
    CHECK(shuffled["filters"] == Json::parse(R"([{"id": "shuffle", "elementsize": 2}])"));
    CHECK(shuffled["compressor"] == Json::parse(R"({"id": "zlib"})"));
    const std::string bytes = R"({"name": "bytes", "configuration": {"endian": "big"}})";
    const Json big = planned_with_codecs("[" + bytes + R"(, {"name": "gzip", "configuration": {"level": 2}}])");
    CHECK(big["order"] == "C");
    CHECK(big["dtype"] == ">u2");
    CHECK(big["compressor"] == Json::parse(R"({"id": "gzip", "level": 2})"));
    const Json blosc = planned_with_codecs(R"([{"name": "blosc", "configuration": {"cname": "lz4", "clevel": 1,
                                               "shuffle": "bitshuffle", "typesize": 2}}])");
    CHECK(blosc["compressor"] ==
          Json::parse(R"({"id": "blosc", "cname": "lz4", "clevel": 1, "shuffle": 2, "blocksize": 0})"));
}

TEST_CASE("zarr2 plan: the codecs that an array shows make the same again", "[format]") {
    for (const char* members : {"{}", R"({"order": "F", "dtype": ">u2"})", R"({"compressor": {"id": "lz4"}})"}) {
        CAPTURE(members);
        const ArrayMeta meta = opened(members);
        ArraySpec spec = small_spec();
        spec.shape = spec.chunk_shape = {3, 4};
        spec.codecs = meta.codecs;
        const ArrayMeta again = zarr2.plan(spec);
        CHECK(again.codecs == meta.codecs);
        CHECK(again.layout.strides == meta.layout.strides);
        CHECK(again.layout.swap_bytes == meta.layout.swap_bytes);
    }
}

TEST_CASE("zarr2 plan: what is planned is stored, attributes on their own", "[format]") {
    ArraySpec spec;
    spec.data_format = "zarr";
    spec.metadata = zarr2_document(R"({"attributes": {"b": 1}, "mystery": 2})").dump();
    const auto store = make_memory_store();
    const Array array = Array::create(store, spec);
    CHECK(Json::parse(text_of(*store, ".zattrs")) == Json{{"b", 1}});
    CHECK(Json::parse(text_of(*store, ".zarray")) == zarr2_document(R"({"mystery": 2})"));
    CHECK(Json::parse(array.meta().document) == Json::parse(spec.metadata));
    CHECK(error_kind([&] { (void)Array::create(store, small_spec()); }) == ErrorKind::already_exists);
}

TEST_CASE("zarr2 plan: refused keywords", "[format]") {
    struct Row {
        std::string why;
        std::function<void(ArraySpec&)> change;
        ErrorKind kind = ErrorKind::invalid_argument;
    };
    const auto codecs = [](const char* list) { return [list](ArraySpec& spec) { spec.codecs = list; }; };
    const std::vector<Row> rows{
        {"channels", [](ArraySpec& spec) { spec.num_channels = 3; }},
        {"no chunks", [](ArraySpec& spec) { spec.chunk_shape = {}; }},
        {"shards",
         [](ArraySpec& spec) {
             spec.shard_shape = {1, 16, 16, 16};
         }},
        {"too many names",
         [](ArraySpec& spec) {
             spec.axes = {"a", "b", "c", "d", "e"};
         }},
        {"fill out of range", [](ArraySpec& spec) { spec.fill_value = "65536"; }},
        {"attributes are a list", [](ArraySpec& spec) { spec.attributes = "[]"; }},
        {"keys with a prefix", [](ArraySpec& spec) { spec.chunk_key_encoding = R"("default")"; }},
        {"metadata", [](ArraySpec& spec) { spec.metadata = "[]"; }},
        {"another NaN",
         [](ArraySpec& spec) {
             spec.dtype = DType::float32;
             spec.fill_value = R"("0x7fc00001")";
         },
         ErrorKind::unsupported},
        {"no list", codecs("{}")},
        {"no codec", codecs("[3]")},
        {"endian", codecs(R"([{"name": "bytes", "configuration": {"endian": "middle"}}])")},
        {"level", codecs(R"([{"id": "gzip", "level": 10}])")},
        {"unknown codec", codecs(R"(["mystery"])"), ErrorKind::unsupported},
        {"two compressors", codecs(R"([{"id": "zlib"}, {"id": "gzip"}])"), ErrorKind::unsupported},
        {"a checksum", codecs(R"(["bytes", "crc32c"])"), ErrorKind::unsupported},
        {"another order", codecs(R"([{"name": "transpose", "configuration": {"order": [1, 0, 2, 3]}}])"),
         ErrorKind::unsupported},
    };
    for (const Row& row : rows) {
        CAPTURE(row.why);
        ArraySpec spec = small_spec();
        row.change(spec);
        CHECK(error_kind([&] { (void)zarr2.plan(spec); }) == row.kind);
    }
}
