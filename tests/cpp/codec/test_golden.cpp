// Bytes that other programs wrote, and what they mean.
#include <catch2/catch.hpp>
#include <string>

#include "codec/crc32c.hpp"
#include "codec/registry.hpp"
#include "support/error_kind.hpp"
#include "support/samples.hpp"

using namespace voxbrick;

namespace {

CodecPtr zarr2(const std::string& name, const std::string& configuration = "{}") {
    return make_codec(name, Json::parse(configuration), Dialect::zarr2, 4);
}

struct Golden {
    std::string made_by;
    CodecPtr codec;
    std::string encoded;  // hexadecimal
    Bytes decoded;
};

const Bytes words = bytes_of_text("voxbrick voxbrick voxbrick voxbrick ");

// 0 ... 63 as little-endian 32-bit numbers.
const Bytes numbers = bytes_from(256, [](std::size_t i) { return i % 4 == 0 ? i / 4 : 0; });

std::vector<Golden> goldens() {
    return {
        {"Python's gzip", zarr2("gzip"), "1f8b08000000000000032bcbaf482aca4cce5628c3cd000000f5cda524000000", words},
        {"Python's gzip, two members", zarr2("gzip"),
         "1f8b08000000000000032bcbaf482aca4cce5628833100db84a59012000000"
         "1f8b08000000000004032bcbaf482aca4cce5628833100db84a59012000000",
         words},
        {"Python's zlib", zarr2("zlib"), "789c2bcbaf482aca4cce5628c3cd00000b9f0e21", words},
        {"zstd from a pipe: no content size, a checksum", zarr2("zstd"),
         "28b52ffd04587d000048766f78627269636b2001000ccb11047df48c", words},
        {"zstd from a pipe, twice", zarr2("zstd"),
         "28b52ffd00587d000048766f78627269636b2001000ccb11"
         "28b52ffd00587d000048766f78627269636b2001000ccb11",
         bytes_of_text("voxbrick voxbrick voxbrick voxbrick voxbrick voxbrick voxbrick voxbrick ")},
        {"WKW, LZ4 block of 64 sevens", make_codec("lz4", Json::object(), Dialect::wkw, 1), "1f07010027500707070707",
         Bytes(64, std::byte{7})},
        {"numcodecs, bz2", zarr2("bz2"),
         "425a6831314159265359e4bc43c800000f9180400018289140200031064c4055403ca70a74878a4214f8bb9229c2848725e21e40",
         words},
        {"Python's bz2, two streams", zarr2("bz2"),
         "425a6839314159265359a939e71b0000079180400018289140200020aa8079420c988e2ba8f2a22be2ee48a70a1215273ce360"
         "425a6839314159265359a939e71b0000079180400018289140200020aa8079420c988e2ba8f2a22be2ee48a70a1215273ce360",
         words},
        {"numcodecs, lzma", zarr2("lzma"),
         "fd377a585a000004e6d6b4460200210116000000742fe5a3e0002300105d003b1bcb76a7482e5b7a322a1b86e80000005bb2225f"
         "25cb966e00012c24543ab4251fb6f37d010000000004595a",
         words},
        {"numcodecs, lzma with CRC-32", zarr2("lzma"),
         "fd377a585a0000016922de36020021010c0000008f98419ce0002300105d003b1bcb76a7482e5b7a322a1b86e800000000f5cda5"
         "0001282450ffd8419042990d010000000001595a",
         words},
        {"numcodecs, lzma alone", zarr2("lzma", R"({"format": 2})"),
         "5d00008000ffffffffffffffff003b1bcb76a7482e5b7a322a1b9e36d3fffff50ac000", words},
        {"numcodecs, lzma raw", zarr2("lzma", R"({"format": 3, "filters": [{"id": 3, "dist": 4}, {"id": 33}]})"),
         "e0002300155d003b1bcb76ac756a84675ab6fd006f98a59c38c0000000", words},
        {"Python's lzma, two streams", zarr2("lzma"),
         "fd377a585a00000ae1fb0ca10200210116000000742fe5a3e00011000f5d003b1bcb76a7482e5b7a31f100cc000000005648820ad0"
         "3b9595065ccd42a10aa3bfdf1f041564f352ab537c2b1759e7989600014312a5d86b08189b4b9a01000000000a595a"
         "fd377a585a00000ae1fb0ca10200210116000000742fe5a3e00011000f5d003b1bcb76a7482e5b7a31f100cc000000005648820ad0"
         "3b9595065ccd42a10aa3bfdf1f041564f352ab537c2b1759e7989600014312a5d86b08189b4b9a01000000000a595a",
         words},
        {"numcodecs, delta of big-endian numbers", zarr2("delta", R"({"dtype": ">u2", "astype": ">u2"})"),
         "0003fffefffe00010007", bytes_of_hex("00030001ffff00000007")},
        {"numcodecs, delta of signed numbers", zarr2("delta", R"({"dtype": "<i4", "astype": "<i4"})"),
         "fdffffff670000009cffff7f05000080", bytes_of_hex("fdffffff640000000000008005000000")},
        {"numcodecs, shuffle", zarr2("shuffle"), "00040801050902060a03070b",
         bytes_from(12, [](std::size_t i) { return i; })},
        {"numcodecs, lz4", zarr2("lz4"), "240000009f766f78627269636b20090003507269636b20", words},
        {"numcodecs, blosc lz4 shuffle", zarr2("blosc"),
         "020131040001000000010000680000001400000050000000ff36000102030405060708090a0b0c0d0e0f10111213141516171819"
         "1a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f00000000000500a3500000000000",
         numbers},
        {"numcodecs, blosc zstd bitshuffle", zarr2("blosc"),
         "0201940400010000000100003f000000140000002700000028b52ffd600000ed000040aaaaccf000ff00ff0820f0027d4950d803"
         "3180c9381967461603c002",
         numbers},
        {"numcodecs, blosc blosclz bitshuffle", zarr2("blosc"),
         "02011404000100000001000040000000140000002800000028aaaaaaaaaaaaaaaacca00000f0a0000100ffa0010100ffa0030600"
         "00ffffffff00e0c400010000",
         numbers},
        {"numcodecs, blosc zlib bitshuffle", zarr2("blosc"),
         "02017404000100000001000035000000140000001d000000785e5bb50a02ce40c1072860f80f850cffa1184442e8e10400823"
         "41f25",
         numbers},
    };
}

}  // namespace

TEST_CASE("golden: bytes of other programs decode", "[codec]") {
    for (const Golden& golden : goldens()) {
        CAPTURE(golden.made_by);
        Bytes out(golden.decoded.size());
        CodecChain({golden.codec}).decode(bytes_of_hex(golden.encoded), out);
        CHECK(out == golden.decoded);
    }
}

TEST_CASE("golden: checksums of RFC 3720", "[codec]") {
    const std::vector<std::pair<Bytes, std::uint32_t>> checksums{
        {bytes_of_text(""), 0},
        {bytes_of_text("123456789"), 0xe3069283},
        {zeros(32), 0x8a9136aa},
        {Bytes(32, std::byte{0xff}), 0x62a8ab43},
        {bytes_from(32, [](std::size_t i) { return i; }), 0x46dd794e},
        {bytes_from(32, [](std::size_t i) { return 31 - i; }), 0x113fdb5c},
    };
    for (const auto& [bytes, checksum] : checksums) {
        CHECK(crc32c(bytes) == checksum);
        CHECK(crc32c_from_tables(bytes) == checksum);
    }
}

TEST_CASE("golden: tables and instruction agree at every length and alignment", "[codec]") {
    const Bytes bytes = random_bytes(100);
    for (std::size_t start = 0; start < 9; ++start) {
        for (std::size_t length = 0; start + length <= bytes.size(); ++length) {
            const ByteView part = ByteView(bytes).subspan(start, length);
            CHECK(crc32c(part) == crc32c_from_tables(part));
        }
    }
}

TEST_CASE("golden: crc32c appends its checksum in little-endian order", "[codec]") {
    const CodecChain chain({make_codec("crc32c", Json::object(), Dialect::zarr3, 1)});
    const ByteView encoded = chain.encode(bytes_of_text("123456789"));
    CHECK(Bytes(encoded.begin(), encoded.end()) == bytes_of_hex("313233343536373839839206e3"));
}
