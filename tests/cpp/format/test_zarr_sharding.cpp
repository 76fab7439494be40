#include <catch2/catch.hpp>
#include <numeric>

#include "format/formats.hpp"
#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"
#include "support/zarr3_documents.hpp"

using namespace voxbrick;

namespace {

const Format& zarr3 = zarr3_format();

const Json little = Json::parse(R"({"name": "bytes", "configuration": {"endian": "little"}})");
const Json big = Json::parse(R"({"name": "bytes", "configuration": {"endian": "big"}})");
const Json crc = Json::parse(R"({"name": "crc32c"})");
const Json gzip = Json::parse(R"({"name": "gzip", "configuration": {"level": 1}})");

Json transpose(const std::vector<int>& order) {
    return {{"name", "transpose"}, {"configuration", {{"order", order}}}};
}

Json sharding(const std::vector<int>& chunk_shape, const std::vector<Json>& codecs = {little},
              const std::vector<Json>& index_codecs = {little, crc}, const Json& location = "end") {
    return {{"name", "sharding_indexed"},
            {"configuration",
             {{"chunk_shape", chunk_shape},
              {"codecs", codecs},
              {"index_codecs", index_codecs},
              {"index_location", location}}}};
}

ArrayMeta array_of(const std::vector<int>& shape, const std::vector<Json>& codecs, const char* dtype = "uint8") {
    Json document = zarr3_document({{"shape", shape}, {"data_type", dtype}, {"fill_value", 0}, {"codecs", codecs}});
    document["chunk_grid"]["configuration"]["chunk_shape"] = shape;
    return zarr3.open(*store_with("zarr.json", document.dump()));
}

std::optional<ErrorKind> error_of(const std::vector<int>& shape, const std::vector<Json>& codecs) {
    return error_kind([&] { (void)array_of(shape, codecs); });
}

constexpr std::uint64_t none = ~std::uint64_t{0};
const Bytes example = hex("01 02 04") + u64({0, 1, 1, 1, none, none, 2, 1}) + hex("89 65 c5 b1");

std::optional<ErrorKind> shard_error(const ArrayMeta& meta, const Bytes& shard) {
    return error_kind([&] { (void)zarr3.open_shard(meta, {}, blob_of(shard)); });
}

// Encodes ascending numbers as one cell and decodes them again; true if they came back.
bool round_trips(const ArrayMeta& meta) {
    Bytes cell(meta.block_bytes());
    for (std::size_t i = 0; i < cell.size(); ++i) cell[i] = static_cast<std::byte>(i / 8);  // the first eight are fill
    const ByteView encoded = meta.chain.encode(cell);
    const Bytes stored(encoded.begin(), encoded.end());
    Bytes decoded(cell.size(), std::byte{0xee});
    meta.chain.decode(stored, decoded);
    return decoded == cell;
}

}  // namespace

TEST_CASE("sharding: the specification's example", "[format]") {
    const ArrayMeta meta = array_of({2, 2}, {sharding({1, 1})});
    CHECK(meta.block_shape == Index{1, 1});
    CHECK(meta.shard_shape == Index{2, 2});
    const ShardReader shard = zarr3.open_shard(meta, {}, blob_of(example));
    CHECK(shard.index.find(0) == ByteRange{0, 1});
    CHECK(shard.index.find(1) == ByteRange{1, 1});
    CHECK_FALSE(shard.index.find(2));
    CHECK(shard.index.find(3) == ByteRange{2, 1});
    const ShardFrame frame = zarr3.frame(meta, {1, 1, 0, 1});
    CHECK(frame.head.empty());
    CHECK(frame.tail == Bytes(example.begin() + 3, example.end()));
}

TEST_CASE("sharding: an index at the start counts itself", "[format]") {
    const ArrayMeta meta = array_of({4}, {sharding({1}, {little}, {big}, "start")});
    const ShardFrame frame = zarr3.frame(meta, {0, 5, 0, 7});
    CHECK(frame.tail.empty());
    CHECK(frame.head.size() == 64);
    const ShardReader shard = zarr3.open_shard(meta, {}, blob_of(frame.head + Bytes(12)));
    CHECK_FALSE(shard.index.find(0));
    CHECK(shard.index.find(1) == ByteRange{64, 5});
    CHECK(shard.index.find(3) == ByteRange{69, 7});
}

TEST_CASE("sharding: index codecs and what they make of a table", "[format]") {
    struct Row {
        std::vector<Json> codecs;
        Bytes table;
    };
    // Two blocks in a grid of (2, 1), so that the index is an array of (2, 1, 2).
    const Bytes plain = u64({32, 3, 35, 4});
    const Bytes numbers_apart = u64({32, 35, 3, 4});
    const Bytes reversed = hex("00 00 00 00 00 00 00 20  00 00 00 00 00 00 00 03") +
                           hex("00 00 00 00 00 00 00 23  00 00 00 00 00 00 00 04");
    const std::vector<Row> rows{
        {{little}, plain},
        {{big}, reversed},
        {{transpose({0, 2, 1}), little}, plain},
        {{transpose({2, 1, 0}), little}, numbers_apart},
        {{transpose({1, 2, 0}), transpose({1, 0, 2}), little}, numbers_apart},
    };
    for (const Row& row : rows) {
        CAPTURE(Json(row.codecs).dump());
        const ArrayMeta meta = array_of({2, 1}, {sharding({1, 1}, {little}, row.codecs, "start")});
        CHECK(zarr3.frame(meta, {3, 4}).head == row.table);
        const ShardReader shard = zarr3.open_shard(meta, {}, blob_of(row.table + Bytes(7)));
        CHECK(shard.index.find(1) == ByteRange{35, 4});
    }
}

TEST_CASE("sharding: transposes before and inside", "[format]") {
    // Seen by the codec, the shard is (4, 6, 2); its chunks are (2, 3, 1).
    const ArrayMeta meta =
        array_of({2, 4, 6}, {transpose({1, 2, 0}), sharding({2, 3, 1}, {transpose({2, 1, 0}), little})}, "uint16");
    CHECK(meta.block_shape == Index{1, 2, 3});
    CHECK(meta.blocks_per_shard() == Index{2, 2, 2});
    CHECK(meta.order.strides == Index{1, 4, 2});
    CHECK(meta.layout.strides == Index{12, 2, 4});
    CHECK(error_of({2, 4, 6}, {transpose({1, 2, 0}), sharding({1, 2, 3})}) == ErrorKind::invalid_metadata);
}

TEST_CASE("sharding: deeper down it is a codec", "[format]") {
    struct Row {
        std::vector<Json> codecs;
        std::size_t chain;
        Index block_shape;
        bool compressed = false;
    };
    const Json start = sharding({1, 2}, {transpose({1, 0}), big}, {big, crc, crc}, "start");
    const std::vector<Row> rows{
        {{sharding({2, 4}), gzip}, 2, {4, 8}, true},
        {{sharding({2, 4}), crc}, 2, {4, 8}},
        {{sharding({2, 4}, {sharding({2, 2})})}, 1, {2, 4}},
        {{sharding({4, 4}, {sharding({2, 4}, {start}), crc, gzip})}, 3, {4, 4}, true},
        {{sharding({4, 4}, {sharding({2, 4}, {little, gzip, crc}), gzip})}, 2, {4, 4}, true},
        {{transpose({1, 0}), sharding({4, 4}, {start, gzip, crc}), gzip, crc}, 3, {4, 8}, true},
    };
    for (const Row& row : rows) {
        CAPTURE(Json(row.codecs).dump());
        const ArrayMeta meta = array_of({4, 8}, row.codecs, "uint32");
        CHECK(meta.chain.codecs().size() == row.chain);
        CHECK(meta.block_shape == row.block_shape);
        CHECK(meta.compressed == row.compressed);
        CHECK(round_trips(meta));
    }
}

TEST_CASE("sharding: a shard under a codec is what it would be on its own", "[format]") {
    const ArrayMeta meta = array_of({2, 2}, {sharding({2, 2}, {sharding({1, 1})})});
    const Bytes cell = hex("01 02 00 04");
    const ByteView encoded = meta.chain.encode(cell);
    CHECK(Bytes(encoded.begin(), encoded.end()) == example);
    Bytes decoded(4);
    for (const std::size_t cut : {0, 3, 67, 70}) {
        CAPTURE(cut);
        const Bytes damaged(example.begin(), example.begin() + static_cast<long>(cut));
        CHECK(error_kind([&] { meta.chain.decode(damaged, decoded); }) == ErrorKind::corrupt);
    }
    const Bytes outside = hex("01 02 04") + u64({0, 1, 1, 1, none, none, 2, 1 << 20}) + hex("00 00 00 00");
    CHECK(error_kind([&] { meta.chain.decode(outside, decoded); }) == ErrorKind::corrupt);
}

TEST_CASE("sharding: shards whose index cannot be read", "[format]") {
    const ArrayMeta meta = array_of({2, 2}, {sharding({1, 1})});
    Bytes flipped = example;
    flipped[20] ^= std::byte{1};
    CHECK(shard_error(meta, example) == std::nullopt);
    CHECK(shard_error(meta, flipped) == ErrorKind::corrupt);
    CHECK(shard_error(meta, {}) == ErrorKind::corrupt);
    CHECK(shard_error(meta, Bytes(example.begin() + 4, example.end())) == ErrorKind::corrupt);
    CHECK(shard_error(meta, Bytes(example.begin(), example.end() - 1)) == ErrorKind::corrupt);
}

TEST_CASE("sharding: broken configurations", "[format]") {
    const auto without = [](const char* key) {
        Json codec = sharding({1, 1});
        codec["configuration"].erase(key);
        return codec;
    };
    const auto with = [](const char* key, const Json& value) {
        Json codec = sharding({1, 1});
        codec["configuration"][key] = value;
        return codec;
    };
    CHECK(error_of({4, 4}, {without("index_location")}) == std::nullopt);
    for (const Json& codec : {
             without("chunk_shape"),
             without("codecs"),
             without("index_codecs"),
             sharding({3, 4}),
             sharding({8, 4}),
             sharding({0, 4}),
             sharding({4}),
             with("codecs", Json::array()),
             with("codecs", {crc}),
             with("index_codecs", Json::array()),
             with("index_codecs", {Json("bytes")}),
             with("index_codecs", {little, gzip}),
             with("index_codecs", {sharding({1, 1, 1})}),
             with("index_location", "middle"),
             with("index_location", 0),
         }) {
        CAPTURE(codec.dump());
        CHECK(error_of({4, 4}, {codec}) == ErrorKind::invalid_metadata);
    }
    CHECK(error_of({4, 4}, {with("index_codecs", {little, Json{{"name", "mystery"}}})}) == ErrorKind::unsupported);
    CHECK(error_of({4, 4}, {with("indexes", 2)}) == ErrorKind::unsupported);
}

TEST_CASE("sharding: sizes that only a damaged document asks for", "[format]") {
    const int large = 1 << 20;
    CHECK(error_of({large, large}, {sharding({1024, 1024})}) == std::nullopt);
    CHECK(error_of({large, large}, {sharding({1024, 1024}), gzip}) == ErrorKind::unsupported);
    CHECK(error_of({large, large}, {sharding({1, 1})}) == ErrorKind::unsupported);
    CHECK(error_of({large, large}, {sharding({256, 256})}) == std::nullopt);
    CHECK(error_of({large, large}, {sharding({256, 128})}) == ErrorKind::unsupported);
}

TEST_CASE("sharding: eight axes", "[format]") {
    const std::vector<int> two(8, 2);
    const std::vector<int> one(8, 1);
    const ArrayMeta meta = array_of(two, {sharding(one)});
    CHECK(meta.block_count() == 256);
    CHECK(zarr3.frame(meta, std::vector<std::uint64_t>(256)).tail.size() == 256 * 16 + 4);
    CHECK(error_of(two, {sharding(one, {little}, {transpose({8, 7, 6, 5, 4, 3, 2, 1, 0}), little})}) ==
          ErrorKind::unsupported);
}
