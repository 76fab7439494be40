#include <catch2/catch.hpp>
#include <numeric>

#include "base/json.hpp"
#include "format/formats.hpp"
#include "format/precomputed/info.hpp"
#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

const Format& precomputed = precomputed_format();

// Size (5, 3, 2) in chunks (4, 2, 2) of uint16, from voxel (-4, 10, 0) on; `members` of the scale replaced.
Json info(const char* members = "{}", const char* volume = "{}") {
    auto json = Json::parse(R"({"@type": "neuroglancer_multiscale_volume", "type": "image", "data_type": "uint16",
        "num_channels": 1, "scales": [{"key": "fine", "size": [5, 3, 2], "voxel_offset": [-4, 10, 0],
                                       "resolution": [4, 4, 40], "chunk_sizes": [[4, 2, 2]], "encoding": "raw"},
                                      {"key": "coarse/2", "size": [3, 2, 2], "resolution": [8, 8, 40],
                                       "chunk_sizes": [[2, 2, 2]], "encoding": "raw"}]})");
    json["scales"][0].update(Json::parse(members));
    json.update(Json::parse(volume));
    return json;
}

ArrayMeta parsed(const char* members = "{}", const char* volume = "{}") {
    return parse_precomputed(info(members, volume).dump(), std::nullopt);
}

std::string sharding(const std::string& members) {
    auto json = Json::parse(R"({"@type": "neuroglancer_uint64_sharded_v1", "hash": "identity", "preshift_bits": 0,
        "minishard_bits": 0, "shard_bits": 0})");
    json.update(Json::parse(members));
    return Json{{"sharding", json}}.dump();
}

std::vector<std::uint16_t> read_all(const std::shared_ptr<Store>& store) {
    return Array::open(store).read<std::uint16_t>({{0, 0, 0, 0}, {1, 5, 3, 2}});
}

std::shared_ptr<Store> stored(std::string_view key, const Bytes& bytes, const std::string& members = "{}") {
    auto store = store_with("info", info(members.c_str()).dump());
    replace_bytes(*store, key, false, bytes);
    return store;
}

struct Broken {
    const char* members;
    const char* volume = "{}";
    ErrorKind kind = ErrorKind::invalid_metadata;
};

constexpr auto unsupported = ErrorKind::unsupported;

// A shard of one minishard whose index has one chunk, behind its voxels.
Bytes shard_of(const Bytes& data, const Bytes& index) {
    return u64({data.size(), data.size() + index.size()}) + data + index;
}

}  // namespace

TEST_CASE("precomputed: a plain volume", "[format]") {
    const ArrayMeta meta = parsed();
    CHECK(meta.data_format == "neuroglancerPrecomputed");
    CHECK(meta.dtype == DType::uint16);
    CHECK(meta.shape == Index{1, 5, 3, 2});
    CHECK(meta.axes == std::vector<std::string>{"c", "x", "y", "z"});
    CHECK(meta.block_shape == Index{1, 4, 2, 2});
    CHECK(meta.layout.strides == Index{32, 2, 8, 16});
    CHECK_FALSE(meta.compressed);
    CHECK(Json::parse(meta.document)["attributes"]["voxel_offset"] == Json{-4, 10, 0});
}

TEST_CASE("precomputed: scales by key, the first by default", "[format]") {
    CHECK(parse_precomputed(info().dump(), "coarse/2").shape == Index{1, 3, 2, 2});
    CHECK(error_kind([] { (void)parse_precomputed(info().dump(), "medium"); }) == ErrorKind::not_found);
    const auto store = store_with("info", info().dump());
    CHECK(precomputed.part(*store, "coarse/2")->open(*store).shape == Index{1, 3, 2, 2});
    CHECK_FALSE(precomputed.part(*store, "coarse"));
    for (const char* other : {"", "no JSON", "[]", R"({"scales": 3})", R"({"scales": [3, {"key": 4}]})"}) {
        CAPTURE(other);
        CHECK_FALSE(precomputed.part(*store_with("info", std::string(other)), "fine"));
    }
}

TEST_CASE("precomputed: broken scales behind a good one", "[format]") {
    for (const char* broken : {"5", "null", "[]", "{}", R"({"key": 5})", R"({"key": "fine"})"}) {
        CAPTURE(broken);
        Json volume = info();
        volume["scales"].insert(volume["scales"].begin() + 1, Json::parse(broken));
        CHECK(parse_precomputed(volume.dump(), std::nullopt).shape == Index{1, 5, 3, 2});
        CHECK(Json::parse(parse_precomputed(volume.dump(), "fine").document)["attributes"]["size"] == Json{5, 3, 2});
        const bool has_key = volume["scales"][1].is_object() && volume["scales"][1].value("key", Json()).is_string();
        const auto kind = error_kind([&] { (void)parse_precomputed(volume.dump(), "coarse/2"); });
        CHECK(kind == (has_key ? std::nullopt : std::optional(ErrorKind::invalid_metadata)));
    }
}

TEST_CASE("precomputed: numbers that JSON does not have are no keys, and attributes as they stand", "[format]") {
    const std::string text = info().dump();
    const auto replaced = [&](std::string_view member, std::string_view by) {
        return text.substr(0, text.find(member)) + std::string(by) + text.substr(text.find(member) + member.size());
    };
    const std::string odd = replaced(R"("key":"fine")", R"("key":"fine","quality":NaN)");
    CHECK(parse_precomputed(odd, "fine").document.find(R"("quality": NaN)") != std::string::npos);
    for (const char* key : {R"("key":NaN)", R"("key":1e999)", R"("key":"a\u0000")"}) {
        CAPTURE(key);
        CHECK(error_kind([&] { (void)parse_precomputed(replaced(R"("key":"fine")", key), std::nullopt); }) ==
              ErrorKind::invalid_metadata);
    }
}

TEST_CASE("precomputed: broken documents", "[format]") {
    const std::vector<Broken> rows{
        {"{}", R"({"@type": "neuroglancer_legacy_mesh"})", ErrorKind::not_found},
        {"{}", R"({"scales": []})"},
        {"{}", R"({"scales": {}})"},
        {"{}", R"({"scales": [3]})"},
        {"{}", R"({"data_type": "float64"})", unsupported},
        {"{}", R"({"data_type": "bool"})", unsupported},
        {"{}", R"({"num_channels": 0})"},
        {"{}", R"({"num_channels": 9223372036854775807})"},
        {R"({"size": [5, 3]})"},
        {R"({"size": [5, 3, -2]})"},
        {R"({"size": [5, 3, 9223372036854775807]})", "{}", unsupported},
        {R"({"voxel_offset": [0, 0]})"},
        {R"({"voxel_offset": [0, 0, 0.5]})"},
        {R"({"chunk_sizes": [4, 2, 2]})"},
        {R"({"chunk_sizes": []})"},
        {R"({"chunk_sizes": [[4, 2, 0]]})"},
        {R"({"chunk_sizes": [[2305843009213693951, 2305843009213693951, 2]]})"},
        {R"({"encoding": "jpeg"})", "{}", unsupported},
        {R"({"encoding": "png"})", "{}", unsupported},
        {R"({"encoding": 3})"},
        {R"({"encoding": "compressed_segmentation"})"},
        {R"({"encoding": "compressed_segmentation"})", R"({"data_type": "uint32"})"},
        {R"({"encoding": "compressed_segmentation", "compressed_segmentation_block_size": [8, 8, 0]})",
         R"({"data_type": "uint32"})"},
        {R"({"encoding": "compressed_segmentation", "compressed_segmentation_block_size": [65536, 65536, 1]})",
         R"({"data_type": "uint32"})", unsupported},
        {R"({"sharding": 3})"},
        {R"({"sharding": {"@type": "neuroglancer_uint64_sharded_v2"}})", "{}", unsupported},
    };
    for (const auto& [members, volume, kind] : rows) {
        CAPTURE(members, volume);
        CHECK(error_kind([&, m = members, v = volume] { (void)parsed(m, v); }) == kind);
    }
    const std::vector<std::pair<const char*, ErrorKind>> shardings{
        {R"({"hash": "md5"})", unsupported},
        {R"({"data_encoding": "zip"})", unsupported},
        {R"({"minishard_index_encoding": 3})", unsupported},
        {R"({"preshift_bits": -1})", ErrorKind::invalid_metadata},
        {R"({"minishard_bits": 60})", ErrorKind::invalid_metadata},
        {R"({"shard_bits": 65})", ErrorKind::invalid_metadata},
        {R"({"shard_bits": "3"})", ErrorKind::invalid_metadata},
    };
    for (const auto& [members, kind] : shardings) {
        CAPTURE(members);
        CHECK(error_kind([m = members] { (void)parsed(sharding(m).c_str()); }) == kind);
    }
}

TEST_CASE("precomputed: keys of the grid, and no others", "[format]") {
    const ArrayMeta meta = parsed();
    CHECK(precomputed.shard_key(meta, {0, 0, 0, 0}) == "fine/-4-0_10-12_0-2");
    CHECK(precomputed.shard_key(meta, {0, 1, 1, 0}) == "fine/0-1_12-13_0-2");
    CHECK(precomputed.shard_of_key(meta, "fine/0-1_12-13_0-2") == Index{0, 1, 1, 0});
    CHECK(precomputed.shard_of_key(meta, "fine/-4-0_10-12_0-2.gz") == Index{0, 0, 0, 0});
    for (const char* key :
         {"info", "fine/0-4_12-13_0-2", "fine/0-1_12-13", "coarse/0-1_12-13_0-2", "fine/0-1_8-10_0-2",
          "fine/-2-0_10-12_0-2", "fine/4-8_10-12_0-2", "fine/0-1_12-13_0-2_0-1", "fine/a-b_0-1_0-2"}) {
        CAPTURE(key);
        CHECK_FALSE(precomputed.shard_of_key(meta, key));
    }
}

TEST_CASE("precomputed: a chunk at the end is stored without what lies beyond", "[format]") {
    std::vector<std::uint16_t> expected(30, 0);
    expected[14] = 0x0201;
    expected[29] = 0x0403;
    CHECK(read_all(stored("fine/0-1_12-13_0-2", hex("01 02 03 04"))) == expected);
    for (const char* bytes : {"01 02 03", "01 02 03 04 05", "01"})
        CHECK(error_kind([&] { (void)read_all(stored("fine/0-1_12-13_0-2", hex(bytes))); }) == ErrorKind::corrupt);
    CHECK(error_kind([] { (void)read_all(stored("fine/0-1_12-13_0-2", {})); }) == ErrorKind::corrupt);
    CHECK(error_kind([] { (void)read_all(stored("fine/0-1_12-13_0-2.gz", hex("01 02"))); }) == ErrorKind::corrupt);
}

TEST_CASE("precomputed: damaged shards", "[format]") {
    const std::string members = sharding("{}");
    const Bytes voxels = hex("01 02 03 04");
    std::vector<std::uint16_t> expected(30, 0);
    expected[14] = 0x0201;
    expected[29] = 0x0403;
    CHECK(read_all(stored("fine/0.shard", shard_of(voxels, u64({3, 0, 4})), members)) == expected);
    CHECK(read_all(stored("fine/0.shard", u64({0, 0}), members)) == std::vector<std::uint16_t>(30, 0));
    const std::vector<Bytes> damaged{
        {},
        u64({0}),
        u64({0, 24}),
        u64({24, 0}) + u64({3, 0, 4}),
        u64({0, 1}) + hex("00"),
        shard_of(voxels, u64({3, 0, 4}) + hex("00")),
        shard_of(voxels, u64({3, 0, 5})),
        shard_of(voxels, u64({3, 0, 0})),
        shard_of(voxels, u64({3, 1000, 4})),
        shard_of(voxels, u64({3, ~std::uint64_t{0} - 10, 4})),
        shard_of(voxels, u64({3, 0, ~std::uint64_t{0}})),
        shard_of(voxels, u64({4, 0, 4})),  // no chunk has that number, and so those that were meant are missing
        shard_of(voxels, u64({~std::uint64_t{0}, 0, 4})),
    };
    for (const Bytes& shard : damaged) {
        CAPTURE(shard.size());
        const auto store = stored("fine/0.shard", shard, members);
        CHECK(error_kind([&] { (void)read_all(store); }) == ErrorKind::corrupt);
        CHECK_THROWS_WITH(read_all(store), Catch::Contains("fine/0.shard"));
    }
}

TEST_CASE("precomputed: a chunk in the wrong minishard hides those that belong there", "[format]") {
    const std::string members = sharding(R"({"minishard_bits": 1})");
    const auto shard = [](std::uint64_t number) {
        return u64({0, 0, 4, 28}) + hex("01 02 03 04") + u64({number, 0, 4});
    };
    CHECK(read_all(stored("fine/0.shard", shard(3), members))[29] == 0x0403);
    for (const std::uint64_t number : {0, 2}) {
        CAPTURE(number);
        const auto store = stored("fine/0.shard", shard(number), members);
        CHECK(error_kind([&] { (void)read_all(store); }) == ErrorKind::corrupt);
        CHECK(error_kind([&] { (void)Array::open(store).list_shards(); }) == ErrorKind::corrupt);
    }
}

TEST_CASE("precomputed: chunks are numbered by the bits that their grid needs", "[format]") {
    const Json plain = Json::parse(sharding(R"({"shard_bits": 9, "preshift_bits": 1})"))["sharding"];
    const PrecomputedSharding spread(plain, {5, 2, 1});
    for (const char* name : {"000.shard", "1ff.shard"}) CHECK(spread.is_shard_name(name));
    for (const char* name : {".shard", "00.shard", "0000.shard", "00g.shard", "000.shard.gz", "0/0.shard", "000"}) {
        CAPTURE(name);
        CHECK_FALSE(spread.is_shard_name(name));
    }
    CHECK(spread.number_of({4, 1, 0}) == 0b1010);
    for (const Index& chunk : {Index{0, 0, 0}, Index{4, 1, 0}, Index{3, 0, 0}}) {
        CAPTURE(chunk);
        CHECK(spread.chunk_of(spread.number_of(chunk)) == chunk);
    }
    CHECK(spread.shard_name({4, 1, 0}) == "005.shard");
}

TEST_CASE("precomputed: what lies beside a folder without an array is refused at once", "[format]") {
    const Format& format = format_named("neuroglancerPrecomputed");
    const std::string deep(1 << 22, '[');
    const std::string long_document((std::size_t{64} << 20) + 1, ' ');
    for (const std::string& text : {deep, long_document}) {
        const auto store = store_with("info", text);
        CHECK_FALSE(format.claims(*store));
        CHECK(format.part(*store, "s") == nullptr);
        CHECK(error_kind([&] { (void)format.open(*store); }) == ErrorKind::invalid_metadata);
    }
}
