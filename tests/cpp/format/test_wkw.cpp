#include <catch2/catch.hpp>

#include "format/formats.hpp"
#include "support/error_kind.hpp"
#include "support/memory_blob.hpp"

using namespace voxbrick;

namespace {

const Format& wkw = wkw_format();

ArrayMeta opened(const Bytes& header) {
    return wkw.open(*store_with("header.wkw", header));
}

std::optional<ErrorKind> open_error(const Bytes& header) {
    return error_kind([&] { (void)opened(header); });
}

Bytes stored_header(const ArrayMeta& meta) {
    const auto store = make_memory_store();
    (void)wkw.store_metadata(*store, meta, {});
    const auto blob = store->open("header.wkw");
    Bytes bytes(blob->size());
    blob->read_at(0, bytes);
    return bytes;
}

Bytes decoded(const ShardReader& shard, const ArrayMeta& meta, std::size_t number) {
    const auto range = shard.index.find(number).value();
    Bytes encoded(range.size);
    Bytes block(meta.block_bytes());
    shard.blob->read_at(range.offset, encoded);
    shard.chain.decode(encoded, block);
    return block;
}

std::optional<ErrorKind> shard_error(const ArrayMeta& meta, const Bytes& file) {
    return error_kind([&] { (void)wkw.open_shard(meta, {}, blob_of(file)); });
}

const Bytes raw_header = hex("57 4b 57 01 10 01 01 01 00 00 00 00 00 00 00 00");
const Bytes lz4_header = hex("57 4b 57 01 12 02 01 01 00 00 00 00 00 00 00 00");
const Bytes lz4_file = hex("57 4b 57 01 12 02 01 01 50 00 00 00 00 00 00 00") +
                       u64({91, 102, 113, 124, 135, 146, 157, 168}) + hex("1f 00 01 00 27 50 00 00 00 00 00") +
                       hex("1f 07 01 00 27 50 07 07 07 07 07") + Bytes(66);

}  // namespace

TEST_CASE("wkw: what a header says", "[format]") {
    const ArrayMeta meta = opened(hex("57 4b 57 01 35 03 02 06 00 00 00 00 00 00 00 00 ff ff"));
    CHECK(meta.data_format == "wkw");
    CHECK(meta.dtype == DType::uint16);
    CHECK(meta.unbounded);
    CHECK(meta.shape == Index{3, largest_coordinate, largest_coordinate, largest_coordinate});
    CHECK(meta.axes == std::vector<std::string>{"c", "x", "y", "z"});
    CHECK(meta.block_shape == Index{3, 32, 32, 32});
    CHECK(meta.shard_shape == Index{3, 256, 256, 256});
    CHECK(meta.blocks_per_shard() == Index{1, 8, 8, 8});
    CHECK(meta.block_bytes() == 6 * 32 * 32 * 32);
    CHECK(meta.layout.strides == Index{2, 6, 6 * 32, 6 * 32 * 32});
    CHECK(meta.order.morton);
    CHECK(meta.compressed);
    CHECK(meta.keeps_empty_blocks);
    CHECK(meta.fill == ElementBits{{}, 2});
    CHECK(meta.codecs == R"([{"name":"lz4hc"}])");
    CHECK_FALSE(wkw.empty_shard(meta));
}

TEST_CASE("wkw: broken headers", "[format]") {
    struct Row {
        std::string header;
        ErrorKind kind;
    };
    const std::vector<Row> rows{
        {"57 4b 57 01 10 01 01 01 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 58 01 10 01 01 01 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 02 10 01 01 01 00 00 00 00 00 00 00 00", ErrorKind::unsupported},
        {"57 4b 57 01 10 00 01 01 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 01 10 04 01 01 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 01 10 01 00 01 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 01 10 01 0b 01 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 01 10 01 01 00 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 01 10 01 02 03 00 00 00 00 00 00 00 00", ErrorKind::invalid_metadata},
        {"57 4b 57 01 ff 01 01 01 00 00 00 00 00 00 00 00", ErrorKind::unsupported},  // a file of 2^90 bytes
        {"57 4b 57 01 0b 02 01 01 00 00 00 00 00 00 00 00", ErrorKind::unsupported},  // more than LZ4 can hold
    };
    for (const auto& [header, kind] : rows) {
        CAPTURE(header);
        CHECK(open_error(hex(header)) == kind);
    }
    CHECK(error_kind([] { (void)wkw.open(*make_memory_store()); }) == ErrorKind::not_found);
}

TEST_CASE("wkw: the reference file, raw", "[format]") {
    const ArrayMeta meta = opened(raw_header);
    CHECK(stored_header(meta) == raw_header);
    const auto empty = wkw.empty_shard(meta);
    REQUIRE(empty);
    CHECK(empty->head == hex("57 4b 57 01 10 01 01 01 10 00 00 00 00 00 00 00"));
    CHECK(empty->length == 24);
    const auto shard = wkw.open_shard(meta, {}, blob_of(empty->head + hex("01 02 03 04 05 06 07 08")));
    CHECK(shard.index.in_place());
    CHECK(decoded(shard, meta, 6) == hex("07"));
}

TEST_CASE("wkw: the reference file, compressed", "[format]") {
    const ArrayMeta meta = opened(lz4_header);
    const auto shard = wkw.open_shard(meta, {}, blob_of(lz4_file));
    CHECK(decoded(shard, meta, 0) == Bytes(64));
    CHECK(decoded(shard, meta, 1) == Bytes(64, std::byte{7}));
    CHECK(error_kind([&] { (void)decoded(shard, meta, 2); }) == ErrorKind::corrupt);
    const ShardFrame frame = wkw.frame(meta, std::vector<std::uint64_t>(8, 11));
    CHECK(frame.head == Bytes(lz4_file.begin(), lz4_file.begin() + 80));
    CHECK(frame.tail.empty());
}

TEST_CASE("wkw: a file is read by its own block type", "[format]") {
    const ArrayMeta raw = opened(hex("57 4b 57 01 12 01 01 01 00 00 00 00 00 00 00 00"));
    CHECK(decoded(wkw.open_shard(raw, {}, blob_of(lz4_file)), raw, 1) == Bytes(64, std::byte{7}));
    CHECK(wkw.frame(raw, std::vector<std::uint64_t>(8, 11)).head.size() == 80);
    const ArrayMeta compressed = opened(hex("57 4b 57 01 10 03 01 01 00 00 00 00 00 00 00 00"));
    const Bytes padded = hex("57 4b 57 01 10 01 01 01 12 00 00 00 00 00 00 00") + hex("aa aa 01 02 03 04 05 06 07 08");
    CHECK(decoded(wkw.open_shard(compressed, {}, blob_of(padded)), compressed, 0) == hex("01"));
}

TEST_CASE("wkw: damaged files", "[format]") {
    struct Row {
        std::string header;
        std::size_t body;
    };
    const ArrayMeta meta = opened(lz4_header);
    const std::vector<Row> rows{
        {"57 4b 57", 0},
        {"00 4b 57 01 12 02 01 01 50 00 00 00 00 00 00 00", 200},
        {"57 4b 57 02 12 02 01 01 50 00 00 00 00 00 00 00", 200},
        {"57 4b 57 01 12 02 07 01 50 00 00 00 00 00 00 00", 200},  // another voxel type
        {"57 4b 57 01 12 02 01 02 50 00 00 00 00 00 00 00", 200},  // more channels
        {"57 4b 57 01 13 02 01 01 50 00 00 00 00 00 00 00", 200},  // larger blocks
        {"57 4b 57 01 02 02 01 01 50 00 00 00 00 00 00 00", 200},  // fewer blocks
        {"57 4b 57 01 12 02 01 01 4f 00 00 00 00 00 00 00", 200},  // blocks inside the jump table
        {"57 4b 57 01 12 01 01 01 00 00 00 00 00 00 00 00", 600},  // blocks inside the header
        {"57 4b 57 01 12 02 01 01 50 00 00 00 00 00 00 00", 63},   // half a jump table
    };
    CHECK(shard_error(meta, {}) == ErrorKind::corrupt);
    CHECK(shard_error(meta, lz4_file) == std::nullopt);
    for (const auto& [header, body] : rows) {
        CAPTURE(header);
        CHECK(shard_error(meta, hex(header) + Bytes(body)) == ErrorKind::corrupt);
    }
}

TEST_CASE("wkw: keys", "[format]") {
    const ArrayMeta meta = opened(raw_header);
    CHECK(wkw.shard_key(meta, {0, 207, 3, 12}) == "z12/y3/x207.wkw");
    CHECK(wkw.shard_of_key(meta, "z12/y3/x207.wkw") == Index{0, 207, 3, 12});
    for (const char* key :
         {"header.wkw", "z0/y0/x0.wkw_tmp", "z0/y0/x0", "z0/y0/x0.wkw.tmp", "z00/y0/x0.wkw", "z0/y0/x-1.wkw",
          "z/y0/x0.wkw", "z0/y0/x+1.wkw", "y0/z0/x0.wkw", "z0/y0/x99999999999999999999.wkw",
          "z0/y0/x4611686018427387904.wkw", "a/z0/y0/x0.wkw", ""}) {
        CAPTURE(key);
        CHECK_FALSE(wkw.shard_of_key(meta, key));
    }
}

TEST_CASE("wkw: there is nothing to resize", "[format]") {
    CHECK(error_kind([] { (void)wkw.resized(opened(raw_header), {1, 2, 3, 4}); }) == ErrorKind::unsupported);
}

// File systems keep holes for nothing, so that a small file can have a jump table without end.
TEST_CASE("wkw: a jump table that no writer makes is refused", "[format]") {
    const Format& format = format_named("wkw");
    const ArrayMeta meta =
        format.open(*store_with("header.wkw", hex("57 4b 57 01 90 02 01 01 00 00 00 00 00 00 00 00")));
    CHECK(meta.block_count() == std::size_t{1} << 27);
    const auto blob = blob_of(hex("57 4b 57 01 90 02 01 01 10 00 00 40 00 00 00 00"));
    CHECK(error_kind([&] { (void)format.open_shard(meta, {0, 0, 0, 0}, blob); }) == ErrorKind::unsupported);
}
