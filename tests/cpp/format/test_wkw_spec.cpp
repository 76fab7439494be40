#include <catch2/catch.hpp>
#include <functional>

#include "base/json.hpp"
#include "format/formats.hpp"
#include "support/error_kind.hpp"

using namespace voxbrick;

namespace {

ArrayMeta planned(const ArraySpec& spec) {
    return wkw_format().plan(spec);
}

ArrayMeta planned_document(const std::string& document) {
    ArraySpec spec;
    spec.metadata = document;
    return planned(spec);
}

struct Refused {
    std::string why;
    std::function<void(ArraySpec&)> change;
    ErrorKind kind = ErrorKind::invalid_argument;
};

}  // namespace

TEST_CASE("wkw plan: defaults", "[format]") {
    const ArrayMeta meta = planned({});
    CHECK(meta.block_shape == Index{1, 32, 32, 32});
    CHECK(meta.shard_shape == Index{1, 1024, 1024, 1024});
    CHECK(parse_json(meta.document, "document") == Json{{"version", 1},
                                                        {"block_len", 32},
                                                        {"file_len", 32},
                                                        {"block_type", "lz4hc"},
                                                        {"voxel_type", "uint8"},
                                                        {"num_channels", 1},
                                                        {"voxel_size", 1}});
}

TEST_CASE("wkw plan: keywords", "[format]") {
    ArraySpec spec;
    spec.dtype = DType::int16;
    spec.num_channels = 127;
    spec.chunk_shape = {8, 8, 8};
    spec.shard_shape = {64};
    spec.axes = {"c", "x", "y", "z"};
    spec.codecs = R"([{"name": "lz4"}])";
    const ArrayMeta meta = planned(spec);
    CHECK(meta.dtype == DType::int16);
    CHECK(meta.block_shape == Index{127, 8, 8, 8});
    CHECK(meta.shard_shape == Index{127, 64, 64, 64});
    CHECK(meta.codecs == R"([{"name":"lz4"}])");
}

TEST_CASE("wkw plan: codecs speak louder than compress", "[format]") {
    const auto codecs_for = [](bool compress, const std::string& codecs) {
        ArraySpec spec;
        spec.compress = compress;
        spec.codecs = codecs;
        return planned(spec).codecs;
    };
    CHECK(codecs_for(true, "") == R"([{"name":"lz4hc"}])");
    CHECK(codecs_for(false, "") == "[]");
    CHECK(codecs_for(true, "[]") == "[]");
    CHECK(codecs_for(false, R"([{"name": "lz4hc"}])") == R"([{"name":"lz4hc"}])");
}

TEST_CASE("wkw plan: a document comes back as it was", "[format]") {
    const ArrayMeta first = planned_document(
        R"({"block_len": 64, "file_len": 256, "block_type": "lz4", "voxel_type": "float64", "voxel_size": 248})");
    CHECK(first.block_shape == Index{31, 64, 64, 64});
    CHECK(first.shard_shape == Index{31, 64 * 256, 64 * 256, 64 * 256});
    CHECK(planned_document(first.document).document == first.document);
}

TEST_CASE("wkw plan: refused keywords", "[format]") {
    const std::vector<Refused> rows{
        {"no cube",
         [](ArraySpec& spec) {
             spec.chunk_shape = {32, 32, 16};
         }},
        {"two axes",
         [](ArraySpec& spec) {
             spec.chunk_shape = {32, 32};
         }},
        {"no power of two", [](ArraySpec& spec) { spec.chunk_shape = {24}; }},
        {"empty blocks", [](ArraySpec& spec) { spec.chunk_shape = {0}; }},
        {"negative blocks", [](ArraySpec& spec) { spec.chunk_shape = {-32}; }},
        {"blocks too large", [](ArraySpec& spec) { spec.chunk_shape = {256}; }},
        {"no multiple", [](ArraySpec& spec) { spec.shard_shape = {48}; }},
        {"three blocks", [](ArraySpec& spec) { spec.shard_shape = {96}; }},
        {"files too large", [](ArraySpec& spec) { spec.shard_shape = {32 * 256}; }},
        {"no channels", [](ArraySpec& spec) { spec.num_channels = 0; }},
        {"too many channels", [](ArraySpec& spec) { spec.num_channels = 256; }},
        {"a shape",
         [](ArraySpec& spec) {
             spec.shape = {1, 64, 64, 64};
         }},
        {"other axes",
         [](ArraySpec& spec) {
             spec.axes = {"z", "y", "x"};
         }},
        {"a fill value", [](ArraySpec& spec) { spec.fill_value = "1"; }},
        {"attributes", [](ArraySpec& spec) { spec.attributes = "{}"; }},
        {"keys", [](ArraySpec& spec) { spec.chunk_key_encoding = R"({"name": "v2"})"; }},
        {"two codecs", [](ArraySpec& spec) { spec.codecs = R"([{"name": "lz4"}, {"name": "lz4"}])"; }},
        {"no list", [](ArraySpec& spec) { spec.codecs = R"({"name": "lz4"})"; }},
        {"no JSON", [](ArraySpec& spec) { spec.codecs = "lz4"; }},
        {"other codecs", [](ArraySpec& spec) { spec.codecs = R"([{"name": "zstd"}])"; }, ErrorKind::unsupported},
        {"no such type", [](ArraySpec& spec) { spec.dtype = DType::float16; }, ErrorKind::unsupported},
    };
    for (const Refused& row : rows) {
        CAPTURE(row.why);
        ArraySpec spec;
        row.change(spec);
        CHECK(error_kind([&] { (void)planned(spec); }) == row.kind);
    }
}

TEST_CASE("wkw plan: refused documents", "[format]") {
    const std::string rest = R"("file_len": 32, "block_type": "raw", "voxel_type": "uint16")";
    const auto error_of = [](const std::string& document) {
        return error_kind([&] { (void)planned_document(document); });
    };
    CHECK(error_of("{\"block_len\": 32, " + rest + "}") == std::nullopt);
    CHECK(error_of("{" + rest + "}") == ErrorKind::invalid_argument);
    CHECK(error_of("{\"block_len\": 33, " + rest + "}") == ErrorKind::invalid_argument);
    CHECK(error_of("{\"block_len\": 32, \"voxel_size\": 3, " + rest + "}") == ErrorKind::invalid_argument);
    CHECK(error_of("{\"block_len\": 32, \"voxel_size\": 4, \"num_channels\": 1, " + rest + "}") ==
          ErrorKind::invalid_argument);
    CHECK(error_of("{\"block_len\": 32, \"version\": 2, " + rest + "}") == ErrorKind::unsupported);
    CHECK(error_of("{\"block_len\": 32, \"colour\": 2, " + rest + "}") == ErrorKind::unsupported);
}
