#include <catch2/catch.hpp>

#include "format/zarr/zarr2_metadata.hpp"
#include "support/error_kind.hpp"
#include "support/zarr2_documents.hpp"

using namespace voxbrick;

namespace {

ArrayMeta parsed(const char* members, std::optional<std::string> attributes = std::nullopt) {
    return parse_zarr2({zarr2_document(members).dump(), std::move(attributes)});
}

struct Broken {
    const char* members;
    ErrorKind kind = ErrorKind::invalid_metadata;
};

constexpr auto unsupported = ErrorKind::unsupported;

}  // namespace

TEST_CASE("zarr2: a plain array", "[format]") {
    const ArrayMeta meta = parsed("{}");
    CHECK(meta.data_format == "zarr");
    CHECK(meta.dtype == DType::uint16);
    CHECK(meta.shape == Index{6, 8});
    CHECK_FALSE(meta.unbounded);
    CHECK(meta.axes.empty());
    CHECK(meta.fill == ElementBits{{std::byte{7}}, 2});
    CHECK(meta.shard_shape == Index{3, 4});
    CHECK(meta.block_shape == Index{3, 4});
    CHECK(meta.layout.strides == Index{8, 2});
    CHECK_FALSE(meta.layout.swap_bytes);
    CHECK(meta.order.number_of({0, 0}) == 0);
    CHECK(meta.chain.empty());
    CHECK_FALSE(meta.compressed);
    CHECK_FALSE(meta.keeps_empty_blocks);
    CHECK(Json::parse(meta.document) == zarr2_document());
    CHECK(meta.codecs == R"([{"configuration":{"endian":"little"},"name":"bytes"}])");
}

TEST_CASE("zarr2: order and byte order become a layout", "[format]") {
    CHECK(parsed(R"({"order": "F"})").layout.strides == Index{2, 6});
    CHECK(parsed(R"({"dtype": ">u2"})").layout.swap_bytes);
    CHECK_FALSE(parsed(R"({"dtype": ">u1"})").layout.swap_bytes);
    const ArrayMeta meta =
        parsed(R"({"order": "F", "dtype": ">f4", "compressor": {"id": "blosc", "cname": "lz4", "shuffle": -1}})");
    CHECK(Json::parse(meta.codecs) == Json::parse(R"([
        {"name": "transpose", "configuration": {"order": [1, 0]}},
        {"name": "bytes", "configuration": {"endian": "big"}},
        {"name": "blosc", "configuration": {"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 4,
                                            "blocksize": 0}}])"));
    CHECK(meta.compressed);
}

TEST_CASE("zarr2: filters come before the compressor", "[format]") {
    constexpr const char* filters =
        R"("filters": [{"id": "delta", "dtype": "<u2", "astype": "<u2"}, {"id": "shuffle"}])";
    const ArrayMeta meta = parsed(concat("{", filters, R"(, "compressor": {"id": "gzip"}})").c_str());
    CHECK(Json::parse(meta.codecs) == Json::parse(R"([
        {"name": "bytes", "configuration": {"endian": "little"}},
        {"name": "delta", "configuration": {"dtype": "<u2", "astype": "<u2"}},
        {"name": "shuffle", "configuration": {"elementsize": 4}},
        {"name": "gzip", "configuration": {"level": 1}}])"));
    CHECK(meta.compressed);
    CHECK_FALSE(parsed(concat("{", filters, "}").c_str()).compressed);
    CHECK(parsed(R"({"filters": []})").chain.empty());
}

TEST_CASE("zarr2: element types", "[format]") {
    const std::vector<std::pair<std::string, DType>> rows{
        {"|b1", DType::boolean}, {"|i1", DType::int8},    {"<i2", DType::int16},   {">i4", DType::int32},
        {"<i8", DType::int64},   {"<u1", DType::uint8},   {">u2", DType::uint16},  {"<u4", DType::uint32},
        {">u8", DType::uint64},  {"<f2", DType::float16}, {"<f4", DType::float32}, {">f8", DType::float64}};
    for (const auto& [name, dtype] : rows) {
        CAPTURE(name);
        CHECK(parse_zarr2({zarr2_document({{"dtype", name}, {"fill_value", 0}}).dump(), {}}).dtype == dtype);
    }
}

TEST_CASE("zarr2: fill values", "[format]") {
    const auto fill_of = [](const char* members) { return parsed(members).fill; };
    CHECK(fill_of(R"({"fill_value": null})").is_zero());
    CHECK(parsed(R"({"fill_value": null})").keeps_empty_blocks);
    CHECK(fill_of(R"({"fill_value": 7.0})") == fill_of("{}"));
    CHECK(fill_of(R"({"dtype": "|b1", "fill_value": 1})") == fill_of(R"({"dtype": "|b1", "fill_value": true})"));
    CHECK(fill_of(R"({"dtype": "|b1", "fill_value": null})").is_zero());
    CHECK(fill_of(R"({"dtype": "<f2", "fill_value": "NaN"})") == ElementBits{{std::byte{0}, std::byte{0x7e}}, 2});
    CHECK(fill_of(R"({"dtype": "<f2", "fill_value": "-Infinity"})") == ElementBits{{std::byte{0}, std::byte{0xfc}}, 2});
    CHECK_FALSE(fill_of(R"({"dtype": "<f8", "fill_value": -0.0})").is_zero());
}

TEST_CASE("zarr2: names of axes are attributes", "[format]") {
    CHECK(parsed("{}", R"({"_ARRAY_DIMENSIONS": ["y", "x"]})").axes == std::vector<std::string>{"y", "x"});
    for (const char* attributes : {R"({})", R"({"_ARRAY_DIMENSIONS": ["x"]})", R"({"_ARRAY_DIMENSIONS": [1, 2]})",
                                   R"({"_ARRAY_DIMENSIONS": null})"}) {
        CAPTURE(attributes);
        CHECK(parsed("{}", attributes).axes.empty());
    }
}

TEST_CASE("zarr2: attributes and unknown keys are part of the document", "[format]") {
    const ArrayMeta meta = parsed(R"({"mystery": [1]})", R"({"a": {"b": null}})");
    CHECK(Json::parse(meta.document)["attributes"] == Json::parse(R"({"a": {"b": null}})"));
    CHECK(Json::parse(meta.document)["mystery"] == Json{1});
    for (const char* attributes : {"", "[]", "{", "null"}) {
        CAPTURE(attributes);
        CHECK(error_kind([&] { (void)parsed("{}", attributes); }) == ErrorKind::invalid_metadata);
    }
}

TEST_CASE("zarr2: arrays of no axes", "[format]") {
    const ArrayMeta meta = parsed(R"({"shape": [], "chunks": []})");
    CHECK(meta.shape.rank() == 0);
    CHECK(meta.block_bytes() == 2);
}

TEST_CASE("zarr2: documents that are none", "[format]") {
    for (const std::string document : {"", "null", "[]", "{", "\xff\xfe{}", "{}"}) {
        CAPTURE(document);
        CHECK(error_kind([&] { (void)parse_zarr2({document, {}}); }) == ErrorKind::invalid_metadata);
    }
    const Json complete = zarr2_document();
    for (const auto& [key, member] : complete.items()) {
        CAPTURE(key);
        Json incomplete = complete;
        incomplete.erase(key);
        CHECK(error_kind([&] { (void)parse_zarr2({incomplete.dump(), {}}); }) == ErrorKind::invalid_metadata);
    }
}

TEST_CASE("zarr2: broken documents", "[format]") {
    const std::vector<Broken> rows{
        {R"({"zarr_format": 3})", unsupported},
        {R"({"zarr_format": "2"})"},
        {R"({"shape": null})"},
        {R"({"shape": [6, -8]})"},
        {R"({"shape": [6, 8.0]})"},
        {R"({"shape": [6]})"},
        {R"({"shape": [6, 9223372036854775807]})", unsupported},
        {R"({"chunks": [3, 0]})"},
        {R"({"chunks": [3, 4, 5]})"},
        {R"({"chunks": true})"},
        {R"({"chunks": [4294967296, 4294967296]})"},
        {R"({"dtype": "u2"})"},
        {R"({"dtype": "=u2"})"},
        {R"({"dtype": "|u2"})"},
        {R"({"dtype": "<u3"})"},
        {R"({"dtype": "<b8"})"},
        {R"({"dtype": ""})"},
        {R"({"dtype": 2})"},
        {R"({"dtype": "<U3"})", unsupported},
        {R"({"dtype": "<M8[ns]"})", unsupported},
        {R"({"dtype": "|O"})", unsupported},
        {R"({"dtype": "<c8"})", unsupported},
        {R"({"dtype": [["a", "<u2"]]})", unsupported},
        {R"({"compressor": "zlib"})"},
        {R"({"compressor": {}})"},
        {R"({"compressor": {"id": 3}})"},
        {R"({"compressor": {"id": "zlib", "level": 10}})"},
        {R"({"compressor": {"id": "fletcher32"}})", unsupported},
        {R"({"compressor": {"id": "crc32c"}})", unsupported},
        {R"({"fill_value": 65536})"},
        {R"({"fill_value": -1})"},
        {R"({"fill_value": "abc"})"},
        {R"({"fill_value": [7]})"},
        {R"({"dtype": "|b1"})"},
        {R"({"order": "A"})"},
        {R"({"order": null})"},
        {R"({"filters": {}})"},
        {R"({"filters": "shuffle"})"},
        {R"({"filters": [null]})"},
        {R"({"filters": [{"id": "delta", "dtype": "<u2"}]})", unsupported},
        {R"({"filters": [{"id": "fixedscaleoffset", "offset": 1, "scale": 2}]})", unsupported},
        {R"({"dimension_separator": "-"})"},
        {R"({"dimension_separator": 1})"},
    };
    for (const auto& [members, kind] : rows) {
        CAPTURE(members);
        CHECK(error_kind([members = members] { (void)parsed(members); }) == kind);
    }
}
