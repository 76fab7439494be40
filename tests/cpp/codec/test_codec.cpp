// Every codec, one row each, through the same checks.
#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>

#include "codec/registry.hpp"
#include "support/error_kind.hpp"
#include "support/guarded_bytes.hpp"
#include "support/samples.hpp"

using namespace voxbrick;

namespace {

struct Row {
    std::string label;
    CodecPtr codec;
    bool has_checksum;
};

CodecPtr zarr3(const std::string& name, const std::string& configuration) {
    return make_codec(name, Json::parse(configuration), Dialect::zarr3, 2);
}

CodecPtr zarr2(const std::string& name, const std::string& configuration) {
    return make_codec(name, Json::parse(configuration), Dialect::zarr2, 2);
}

CodecPtr n5(const std::string& name, const std::string& configuration) {
    return make_codec(name, Json::parse(configuration), Dialect::n5, 2);
}

CodecPtr wkw(const std::string& name) {
    return make_codec(name, Json::object(), Dialect::wkw, 1);
}

Row blosc(const std::string& cname, const std::string& shuffle) {
    const Json configuration = {
        {"cname", cname}, {"clevel", 5}, {"shuffle", shuffle}, {"typesize", 2}, {"blocksize", 0}};
    return {"blosc " + cname + " " + shuffle, make_codec("blosc", configuration, Dialect::zarr3, 2), false};
}

std::vector<Row> rows() {
    return {
        {"bz2 1", zarr2("bz2", R"({"level": 1})"), true},
        {"bz2 9", zarr2("bz2", R"({"level": 9})"), true},
        {"lzma", zarr2("lzma", "{}"), true},
        {"lzma fast", zarr2("lzma", R"({"preset": 0, "check": 1})"), true},
        {"lzma alone", zarr2("lzma", R"({"format": 2})"), false},
        {"lzma raw", zarr2("lzma", R"({"format": 3, "filters": [{"id": 3, "dist": 2}, {"id": 33, "preset": 1}]})"),
         false},
        {"delta", zarr2("delta", R"({"dtype": "|i1", "astype": "|i1"})"), false},
        {"shuffle", zarr2("shuffle", R"({"elementsize": 1})"), false},
        {"crc32c", zarr3("crc32c", "{}"), true},
        {"gzip 0", zarr3("gzip", R"({"level": 0})"), true},
        {"gzip 6", zarr3("gzip", R"({"level": 6})"), true},
        {"gzip 9", zarr3("gzip", R"({"level": 9})"), true},
        {"zlib", zarr2("zlib", R"({"level": -1})"), true},
        {"zstd 3", zarr3("zstd", R"({"level": 3})"), false},
        {"zstd -7", zarr3("zstd", R"({"level": -7, "checksum": true})"), true},
        {"zstd 22", zarr3("zstd", R"({"level": 22, "checksum": true})"), true},
        {"lz4", wkw("lz4"), false},
        {"lz4 behind its size", zarr2("lz4", "{}"), false},
        {"lz4 hc", wkw("lz4hc"), false},
        {"lz4 stream", n5("lz4", R"({"blockSize": 1000})"), true},
        {"N5's zlib", n5("gzip", R"({"useZlib": true})"), true},
        blosc("lz4", "noshuffle"),
        blosc("lz4", "shuffle"),
        blosc("lz4hc", "bitshuffle"),
        blosc("zstd", "shuffle"),
        blosc("zlib", "bitshuffle"),
        blosc("zstd", "noshuffle"),
        {"blosc split", zarr3("blosc", R"({"cname": "lz4", "clevel": 9, "shuffle": "shuffle", "typesize": 4,
                                           "blocksize": 1024})"),
         false},
        {"blosc 0", zarr3("blosc", R"({"cname": "zstd", "clevel": 0, "shuffle": "noshuffle", "blocksize": 0})"), false},
    };
}

Bytes encode(const Codec& codec, ByteView decoded) {
    const GuardedBytes input(decoded);
    const GuardedBytes out(codec.encoded_bound(decoded.size()));
    const std::size_t size = codec.encode(input.bytes(), out.bytes());
    return {out.bytes().begin(), out.bytes().begin() + static_cast<std::ptrdiff_t>(size)};
}

/// What `encoded` decodes to where exactly `size` bytes are expected; nothing if it is refused as corrupt.
std::optional<Bytes> decode(const CodecPtr& codec, ByteView encoded, std::size_t size) {
    const GuardedBytes input(encoded);
    const GuardedBytes out(size);
    const auto kind = error_kind([&] { CodecChain({codec}).decode(input.bytes(), out.bytes()); });
    if (kind) {
        REQUIRE(*kind == ErrorKind::corrupt);
        return std::nullopt;
    }
    return Bytes(out.bytes().begin(), out.bytes().end());
}

std::vector<Bytes> samples() {
    std::vector<Bytes> samples{zeros(0), zeros(1)};
    for (const std::size_t size : {100, 32768}) {
        for (const auto& make : {zeros, random_bytes, ramp}) samples.push_back(make(size));
    }
    samples.push_back(ramp(300000));
    return samples;
}

void check_round_trip(const Row& row, const Bytes& decoded) {
    const Bytes encoded = encode(*row.codec, decoded);
    CHECK(row.codec->decoded_bound(encoded.size()) >= decoded.size());
    CHECK(decode(row.codec, encoded, decoded.size()) == decoded);
}

void check_wrong_sizes(const Row& row, const Bytes& decoded, const Bytes& encoded) {
    CHECK_FALSE(decode(row.codec, encoded, decoded.size() - 1));
    CHECK_FALSE(decode(row.codec, encoded, decoded.size() + 1));
    CHECK_FALSE(decode(row.codec, encoded, 0));
}

void check_trailing_bytes(const Row& row, const Bytes& decoded, Bytes encoded) {
    for (int i = 0; i < 20; ++i) {
        encoded.push_back(std::byte{0});
        CHECK_FALSE(decode(row.codec, encoded, decoded.size()));
    }
}

/// Positions that deserve a look: all near both ends, some between.
std::vector<std::size_t> places_in(std::size_t size) {
    std::vector<std::size_t> places;
    const std::size_t stride = std::max<std::size_t>(size / 50, 1);
    for (std::size_t i = 0; i < size; i += i < 48 || i + 24 >= size ? 1 : std::min(stride, size - 24 - i)) {
        places.push_back(i);
    }
    return places;
}

void check_truncated(const Row& row, const Bytes& decoded, const Bytes& encoded) {
    for (const std::size_t length : places_in(encoded.size())) {
        CAPTURE(length);
        CHECK_FALSE(decode(row.codec, ByteView(encoded).first(length), decoded.size()));
    }
}

// Without a checksum wrong bytes may come out; what counts then is that nothing else happens.
void check_flipped(const Row& row, const Bytes& decoded, Bytes encoded) {
    for (const std::size_t place : places_in(encoded.size())) {
        for (int bit = 0; bit < 8; ++bit) {
            CAPTURE(place, bit);
            encoded[place] ^= std::byte{1} << bit;
            const auto found = decode(row.codec, encoded, decoded.size());
            if (row.has_checksum && found) CHECK(*found == decoded);
            encoded[place] ^= std::byte{1} << bit;
        }
    }
}

}  // namespace

TEST_CASE("codec: what is encoded decodes to the same bytes", "[codec]") {
    for (const Row& row : rows()) {
        for (const Bytes& decoded : samples()) {
            CAPTURE(row.label, decoded.size());
            check_round_trip(row, decoded);
        }
    }
}

TEST_CASE("codec: damage is an error, not a crash", "[codec]") {
    for (const Row& row : rows()) {
        for (const Bytes& decoded : {zeros(4000), random_bytes(4000), ramp(4000)}) {
            CAPTURE(row.label);
            const Bytes encoded = encode(*row.codec, decoded);
            check_wrong_sizes(row, decoded, encoded);
            check_trailing_bytes(row, decoded, encoded);
            check_truncated(row, decoded, encoded);
            check_flipped(row, decoded, encoded);
        }
    }
}

TEST_CASE("codec: noise is an error, not a crash", "[codec]") {
    for (const Row& row : rows()) {
        for (std::size_t size = 0; size < 200; ++size) {
            CAPTURE(row.label, size);
            const auto found = decode(row.codec, random_bytes(size), 4000);
            CHECK_FALSE(found);
        }
    }
}

TEST_CASE("codec: filters take whole elements only", "[codec]") {
    for (const CodecPtr& codec :
         {zarr2("delta", R"({"dtype": "<u4", "astype": "<u4"})"), zarr2("shuffle", R"({"elementsize": 4})")}) {
        CAPTURE(codec->name());
        CHECK_FALSE(codec->compresses());
        CHECK(error_kind([&] { (void)codec->encoded_bound(6); }) == ErrorKind::unsupported);
        CHECK_FALSE(decode(codec, random_bytes(6), 6));
    }
}

TEST_CASE("codec: blocks over a library's limit are unsupported", "[codec]") {
    constexpr std::size_t too_large = std::size_t{1} << 31;
    for (const CodecPtr& codec : {wkw("lz4"), wkw("lz4hc"), blosc("lz4", "shuffle").codec}) {
        CHECK(error_kind([&] { (void)codec->encoded_bound(too_large); }) == ErrorKind::unsupported);
    }
}
