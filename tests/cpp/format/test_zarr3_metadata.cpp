#include <catch2/catch.hpp>

#include "format/shape.hpp"
#include "format/zarr/zarr3_metadata.hpp"
#include "support/error_kind.hpp"
#include "support/zarr3_documents.hpp"

using namespace voxbrick;

namespace {

ArrayMeta parsed(const char* members) {
    return parse_zarr3(zarr3_document(members).dump());
}

struct Broken {
    const char* members;
    ErrorKind kind = ErrorKind::invalid_metadata;
};

void check_refused(const std::vector<Broken>& rows) {
    for (const auto& [members, kind] : rows) {
        CAPTURE(members);
        CHECK(error_kind([members = members] { (void)parsed(members); }) == kind);
    }
}

constexpr auto unsupported = ErrorKind::unsupported;

}  // namespace

TEST_CASE("zarr3: a plain array", "[format]") {
    const ArrayMeta meta = parsed("{}");
    CHECK(meta.data_format == "zarr3");
    CHECK(meta.dtype == DType::uint16);
    CHECK(meta.shape == Index{6, 8});
    CHECK_FALSE(meta.unbounded);
    CHECK(meta.axes.empty());
    CHECK(meta.fill == ElementBits{{std::byte{7}}, 2});
    CHECK(meta.shard_shape == Index{3, 4});
    CHECK(meta.block_shape == Index{3, 4});
    CHECK(meta.block_count() == 1);
    CHECK(meta.layout.strides == Index{8, 2});
    CHECK_FALSE(meta.layout.swap_bytes);
    CHECK(meta.order.number_of({0, 0}) == 0);
    CHECK(meta.chain.empty());
    CHECK_FALSE(meta.compressed);
    CHECK_FALSE(meta.keeps_empty_blocks);
    CHECK(meta.bounds() == Box{{0, 0}, {6, 8}});
    CHECK(meta.document == zarr3_document().dump());
    CHECK(meta.codecs == R"([{"configuration":{"endian":"little"},"name":"bytes"}])");
}

TEST_CASE("zarr3: codecs become a layout", "[format]") {
    struct Row {
        std::string codecs;
        Index strides;
        bool swap_bytes = false;
        std::size_t chain = 0;
        bool compressed = false;
    };
    const std::string bytes = R"({"name": "bytes", "configuration": {"endian": "little"}})";
    const std::string big = R"({"name": "bytes", "configuration": {"endian": "big"}})";
    const std::string f_order = R"({"name": "transpose", "configuration": {"order": [2, 1, 0]}})";
    const std::string turn = R"({"name": "transpose", "configuration": {"order": [2, 0, 1]}})";
    const std::string gzip = R"({"name": "gzip", "configuration": {"level": 1}})";
    const std::vector<Row> rows{
        {bytes, {24, 8, 2}},
        {big, {24, 8, 2}, true},
        {R"({"name": "endian", "configuration": {"endian": "big"}})", {24, 8, 2}, true},
        {f_order + "," + bytes, {2, 4, 12}},
        {R"({"name": "transpose", "configuration": {"order": "F"}},)" + bytes, {2, 4, 12}},
        {R"({"name": "transpose", "configuration": {"order": "C"}},)" + bytes, {24, 8, 2}},
        {turn + "," + bytes, {6, 2, 12}},
        {turn + "," + turn + "," + bytes, {2, 16, 4}},
        {turn + "," + turn + "," + turn + "," + bytes, {24, 8, 2}},
        {bytes + R"(, "crc32c")", {24, 8, 2}, false, 1},
        {big + "," + gzip + R"(, {"name": "crc32c"})", {24, 8, 2}, true, 2, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.codecs);
        Json document = zarr3_document({{"shape", {2, 3, 4}}});
        document["chunk_grid"]["configuration"]["chunk_shape"] = {2, 3, 4};
        document["codecs"] = Json::parse("[" + row.codecs + "]");
        const ArrayMeta meta = parse_zarr3(document.dump());
        CHECK(meta.layout.strides == row.strides);
        CHECK(meta.layout.swap_bytes == row.swap_bytes);
        CHECK(meta.chain.codecs().size() == row.chain);
        CHECK(meta.compressed == row.compressed);
    }
}

TEST_CASE("zarr3: what may be left out, shortened or added", "[format]") {
    CHECK(parsed(R"({"dimension_names": ["y", null]})").axes == std::vector<std::string>{"y", ""});
    for (const char* members : {
             R"({"dimension_names": null})",
             R"({"attributes": {"deep": [{"er": null}]}})",
             R"({"storage_transformers": []})",
             R"({"cache": {"must_understand": false, "size": 3}})",
             R"({"chunk_key_encoding": "v2"})",
             R"({"data_type": {"name": "uint16"}})",
             R"({"data_type": "int8", "codecs": ["bytes"]})",
             R"({"data_type": "int8", "codecs": [{"name": "bytes", "configuration": {}}]})",
             R"({"shape": [0, 8]})",
         }) {
        CAPTURE(members);
        CHECK(error_kind([&] { (void)parsed(members); }) == std::nullopt);
    }
}

TEST_CASE("zarr3: arrays of no axes, and of eight", "[format]") {
    Json scalar = zarr3_document(R"({"shape": [], "dimension_names": []})");
    scalar["chunk_grid"]["configuration"]["chunk_shape"] = Json::array();
    const ArrayMeta meta = parse_zarr3(scalar.dump());
    CHECK(meta.shape.rank() == 0);
    CHECK(meta.block_bytes() == 2);
    CHECK(meta.block_count() == 1);
    const auto of_rank = [](std::size_t rank) {
        Json document = zarr3_document({{"shape", Json(std::vector<int>(rank, 5))}});
        document["chunk_grid"]["configuration"]["chunk_shape"] = std::vector<int>(rank, 2);
        return document.dump();
    };
    CHECK(parse_zarr3(of_rank(8)).block_bytes() == 512);
    CHECK(error_kind([&] { (void)parse_zarr3(of_rank(9)); }) == unsupported);
}

TEST_CASE("zarr3: documents that are none", "[format]") {
    for (const std::string document : {"", "null", "[]", "3", "{", "\xff\xfe{}", "{}"}) {
        CAPTURE(document);
        CHECK(error_kind([&] { (void)parse_zarr3(document); }) == ErrorKind::invalid_metadata);
    }
    Json without_attributes = zarr3_document();
    for (const auto& [key, member] : without_attributes.items()) {
        CAPTURE(key);
        Json incomplete = without_attributes;
        incomplete.erase(key);
        CHECK(error_kind([&] { (void)parse_zarr3(incomplete.dump()); }) == ErrorKind::invalid_metadata);
    }
}

TEST_CASE("zarr3: broken nodes", "[format]") {
    check_refused({
        {R"({"zarr_format": 2})", unsupported},
        {R"({"zarr_format": 4})", unsupported},
        {R"({"zarr_format": "3"})"},
        {R"({"zarr_format": 3.0})"},
        {R"({"node_type": "group"})", ErrorKind::not_found},
        {R"({"node_type": "table"})"},
        {R"({"node_type": null})"},
        {R"({"mystery": 1})", unsupported},
        {R"({"mystery": {"must_understand": true}})", unsupported},
        {R"({"mystery": {"must_understand": "false"}})", unsupported},
        {R"({"storage_transformers": [{"name": "mystery"}]})", unsupported},
        {R"({"storage_transformers": {}})"},
        {R"({"attributes": []})"},
        {R"({"dimension_names": ["x"]})"},
        {R"({"dimension_names": ["x", 1]})"},
        {R"({"dimension_names": "xy"})"},
    });
}

TEST_CASE("zarr3: broken shapes, types and fill values", "[format]") {
    check_refused({
        {R"({"shape": null})"},
        {R"({"shape": "6, 8"})"},
        {R"({"shape": [6, -8]})"},
        {R"({"shape": [6, 8.0]})"},
        {R"({"shape": [6, "8"]})"},
        {R"({"shape": [true, 8]})"},
        {R"({"shape": [6, 9223372036854775808]})"},
        {R"({"shape": [6, 1e30]})"},
        {R"({"shape": [6, 9223372036854775807]})", unsupported},
        {R"({"shape": [6, 8, 10]})"},
        {R"({"data_type": "complex64"})", unsupported},
        {R"({"data_type": "r16"})", unsupported},
        {R"({"data_type": 16})"},
        {R"({"chunk_grid": {"name": "rectilinear"}})", unsupported},
        {R"({"chunk_grid": {"name": "regular"}})"},
        {R"({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [3, 0]}}})"},
        {R"({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [3, 4, 5]}}})"},
        {R"({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [3, 4], "of": 5}}})", unsupported},
        {R"({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4294967296, 4294967296]}}})"},
        {R"({"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2305843009213693952, 4]}}})"},
        {R"({"chunk_key_encoding": {"name": "default", "configuration": {"separator": "-"}}})"},
        {R"({"chunk_key_encoding": {"name": "hash"}})", unsupported},
        {R"({"fill_value": null})"},
        {R"({"fill_value": 65536})"},
        {R"({"fill_value": "abc"})"},
    });
}

TEST_CASE("zarr3: broken codecs", "[format]") {
    const auto error_of = [](const std::string& codecs) {
        return error_kind([&] { (void)parsed(("{\"codecs\": " + codecs + "}").c_str()); });
    };
    const std::string bytes = R"({"name": "bytes", "configuration": {"endian": "little"}})";
    const std::string crc = R"({"name": "crc32c"})";
    const std::string turn = R"({"name": "transpose", "configuration": {"order": [1, 0]}})";
    const auto transpose = [&](const std::string& order) {
        return R"([{"name": "transpose", "configuration": {"order": )" + order + "}}," + bytes + "]";
    };
    for (const std::string& codecs : {
             std::string("null"),
             std::string("[]"),
             "[" + crc + "]",
             "[" + turn + "]",
             "[" + bytes + "," + bytes + "]",
             "[" + bytes + "," + turn + "]",
             "[" + crc + "," + bytes + "]",
             std::string(R"([{"configuration": {"endian": "little"}}])"),
             std::string(R"([{"name": "bytes"}])"),
             std::string(R"([{"name": "bytes", "configuration": {"endian": "middle"}}])"),
             std::string(R"([{"name": "bytes", "configuration": null}])"),
             std::string("[5]"),
             transpose("[1, 1]"),
             transpose("[0]"),
             transpose("[0, 2]"),
             transpose("[0, 1, 2]"),
             transpose("[-1, 0]"),
             transpose("\"A\""),
             transpose("[true, false]"),
             "[" + bytes + R"(, {"name": "gzip", "configuration": {"level": 10}}])",
         }) {
        CAPTURE(codecs);
        CHECK(error_of(codecs) == ErrorKind::invalid_metadata);
    }
    CHECK(error_of("[" + bytes + R"(, {"name": "mystery"}])") == unsupported);
    CHECK(error_of("[" + bytes + R"(, {"name": "mystery", "must_understand": false}])") == unsupported);
    CHECK(error_of(R"([{"name": "mystery"},)" + bytes + "]") == unsupported);
    CHECK(error_of(R"([{"name": "bytes", "configuration": {"endian": "little", "width": 2}}])") == unsupported);
    CHECK(error_of(R"([{"name": "bytes", "configuration": {"endian": "little"}, "settings": {}}])") == unsupported);
}

TEST_CASE("zarr3: another shape leaves the rest of the document alone", "[format]") {
    const std::string document =
        R"({"shape": [1, 2], "zebra": {"must_understand": false}, "attributes": {"z": 1.5, "a": ["\u00e9", {"b": null}]}})";
    const auto changed = OrderedJson::parse(with_shape(document, {5, 6}));
    auto expected = OrderedJson::parse(document);
    expected["shape"] = {5, 6};
    CHECK(changed.dump() == expected.dump());
}
