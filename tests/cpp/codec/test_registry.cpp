// Which names and configurations make a codec, and how the others are refused.
#include <catch2/catch.hpp>

#include "codec/registry.hpp"
#include "support/error_kind.hpp"

using namespace voxbrick;

namespace {

struct Row {
    const char* name;
    const char* configuration;
};

CodecPtr make(const Row& row, Dialect dialect) {
    return make_codec(row.name, Json::parse(row.configuration), dialect, 4);
}

void check_refused(const std::vector<Row>& rows, Dialect dialect, ErrorKind kind) {
    for (const Row& row : rows) {
        CAPTURE(row.name, row.configuration);
        CHECK(error_kind([&] { (void)make(row, dialect); }) == kind);
    }
}

void check_accepted(const std::vector<Row>& rows, Dialect dialect) {
    for (const Row& row : rows) {
        CAPTURE(row.configuration);
        CHECK(make(row, dialect)->name() == row.name);
    }
}

}  // namespace

TEST_CASE("registry: configurations of Zarr v3", "[codec]") {
    check_accepted(
        {
            {"crc32c", "{}"},
            {"gzip", R"({"level": 0})"},
            {"gzip", R"({"level": 9})"},
            {"zstd", R"({"level": -131072})"},
            {"zstd", R"({"level": 22, "checksum": false})"},
            {"blosc", R"({"cname": "lz4", "clevel": 0, "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": "blosclz", "clevel": 9, "shuffle": "bitshuffle", "typesize": 300, "blocksize": 1})"},
        },
        Dialect::zarr3);
}

TEST_CASE("registry: wrong values of Zarr v3", "[codec]") {
    check_refused(
        {
            {"gzip", "{}"},
            {"gzip", "null"},
            {"gzip", R"({"level": 10})"},
            {"gzip", R"({"level": -1})"},
            {"gzip", R"({"level": true})"},
            {"gzip", R"({"level": 1.0})"},
            {"gzip", R"({"level": "1"})"},
            {"zstd", "{}"},
            {"zstd", R"({"level": 23})"},
            {"zstd", R"({"level": -131073})"},
            {"zstd", R"({"level": false})"},
            {"zstd", R"({"level": 1, "checksum": 1})"},
            {"blosc", R"({"clevel": 5, "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": "lz4", "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5})"},
            {"blosc", R"({"cname": "lz5", "clevel": 5, "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": 1, "clevel": 5, "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": "lz4", "clevel": 20, "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": "lz4", "clevel": true, "shuffle": "noshuffle"})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": 1, "typesize": 4})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": "byteshuffle", "typesize": 4})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": "shuffle"})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 0})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": "noshuffle", "blocksize": -1})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": "noshuffle", "blocksize": 2147483648})"},
        },
        Dialect::zarr3, ErrorKind::invalid_metadata);
}

TEST_CASE("registry: names and members that Zarr v3 does not have", "[codec]") {
    check_refused(
        {
            {"bz2", "{}"},
            {"zlib", R"({"level": 1})"},
            {"lz4", "{}"},
            {"", "{}"},
            {"crc32c", R"({"seed": 1})"},
            {"gzip", R"({"level": 1, "id": "gzip"})"},
            {"zstd", R"({"level": 1, "threads": 2})"},
            {"blosc", R"({"cname": "lz4", "clevel": 5, "shuffle": "noshuffle", "nthreads": 2})"},
            {"blosc", R"({"cname": "snappy", "clevel": 5, "shuffle": "noshuffle"})"},
        },
        Dialect::zarr3, ErrorKind::unsupported);
    CHECK_THROWS_WITH(make({"bz2", "{}"}, Dialect::zarr3),
                      "codec \"bz2\" is not supported; there are blosc, crc32c, gzip, zstd");
}

TEST_CASE("registry: compressors of Zarr v2", "[codec]") {
    check_accepted(
        {
            {"gzip", R"({"id": "gzip"})"},
            {"zlib", R"({"id": "zlib", "level": -1})"},
            {"zstd", R"({"id": "zstd", "level": 0, "checksum": false})"},
            {"lz4", R"({"id": "lz4", "acceleration": 1})"},
            {"bz2", R"({"id": "bz2", "level": 9})"},
            {"lzma", R"({"id": "lzma"})"},
            {"lzma", R"({"id": "lzma", "format": 1, "check": -1, "preset": null, "filters": null})"},
            {"lzma", R"({"id": "lzma", "format": 1, "check": 10, "preset": 2147483657})"},
            {"lzma", R"({"id": "lzma", "format": 2, "filters": [{"id": 4611686018427387905, "dict_size": 4096}]})"},
            {"lzma", R"({"id": "lzma", "format": 3, "filters": [{"id": 4}, {"id": 33, "preset": 9}]})"},
            {"shuffle", R"({"id": "shuffle"})"},
            {"delta", R"({"id": "delta", "dtype": ">i8", "astype": ">i8"})"},
            {"blosc", R"({"id": "blosc"})"},
            {"blosc", R"({"id": "blosc", "cname": "zstd", "clevel": 5, "shuffle": -1, "blocksize": 0})"},
        },
        Dialect::zarr2);
    check_refused(
        {
            {"zlib", R"({"level": -2})"},
            {"blosc", R"({"shuffle": 3})"},
            {"blosc", R"({"shuffle": "shuffle"})"},
            {"bz2", R"({"level": 0})"},
            {"bz2", R"({"level": 10})"},
            {"lzma", R"({"format": 0})"},
            {"lzma", R"({"format": 4})"},
            {"lzma", R"({"format": 3})"},
            {"lzma", R"({"format": 2, "check": 4})"},
            {"lzma", R"({"format": 2, "filters": [{"id": 3}, {"id": 33}]})"},
            {"lzma", R"({"check": 16})"},
            {"lzma", R"({"preset": 10})"},
            {"lzma", R"({"filters": []})"},
            {"lzma", R"({"filters": [{"id": 33}, {"id": 33}]})"},
            {"lzma", R"({"filters": [{"id": 33, "lc": 9}]})"},
            {"lzma", R"({"filters": [{"id": 3, "dist": 0}, {"id": 33}]})"},
            {"shuffle", R"({"elementsize": 0})"},
            {"delta", "{}"},
            {"delta", R"({"dtype": 2, "astype": "<u2"})"},
        },
        Dialect::zarr2, ErrorKind::invalid_metadata);
    check_refused(
        {
            {"crc32c", "{}"},
            {"fletcher32", "{}"},
            {"", "{}"},
            {"zstd", R"({"window": 3})"},
            {"lzma", R"({"check": 2})"},
            {"lzma", R"({"filters": [{"id": 77}]})"},
            {"lzma", R"({"filters": [{"id": 33, "dict_size": 1610612736}]})"},
            {"lzma", R"({"filters": [{"id": 33, "level": 1}]})"},
            {"delta", R"({"dtype": "<u2"})"},
            {"delta", R"({"dtype": "<f4", "astype": "<f4"})"},
            {"delta", R"({"dtype": "<i4", "astype": "<i2"})"},
            {"delta", R"({"dtype": "", "astype": ""})"},
            {"delta", R"({"dtype": "<i3", "astype": "<i3"})"},
        },
        Dialect::zarr2, ErrorKind::unsupported);
}

TEST_CASE("registry: compressions of N5", "[codec]") {
    const std::vector<std::pair<Row, const char*>> rows{
        {{"gzip", R"({"type": "gzip", "level": -1, "useZlib": false})"}, R"({"level": -1})"},
        {{"bzip2", R"({"type": "bzip2", "blockSize": 3})"}, R"({"level": 3})"},
        {{"xz", R"({"type": "xz", "preset": 2})"}, R"({"preset": 2})"},
        {{"zstd", R"({"type": "zstd", "level": 3, "nbWorkers": 2})"}, R"({"level": 3, "checksum": false})"},
        {{"lz4", R"({"type": "lz4"})"}, R"({"blockSize": 65536})"},
        {{"blosc", R"({"cname": "lz4", "clevel": 1, "shuffle": 0, "blocksize": 0, "nthreads": 4})"},
         R"({"cname": "lz4", "clevel": 1, "shuffle": "noshuffle", "typesize": 4, "blocksize": 0})"},
    };
    for (const auto& [row, configuration] : rows) {
        CAPTURE(row.name);
        CHECK(Json::parse(make(row, Dialect::n5)->configuration(Dialect::zarr3)) == Json::parse(configuration));
    }
    CHECK(make({"gzip", R"({"useZlib": true})"}, Dialect::n5)->name() == "zlib");
    check_refused({{"gzip", R"({"useZlib": 1})"}, {"bzip2", R"({"blockSize": 10})"}, {"xz", R"({"preset": 10})"}},
                  Dialect::n5, ErrorKind::invalid_metadata);
    check_refused({{"jpeg", "{}"}, {"bz2", "{}"}, {"crc32c", "{}"}, {"xz", R"({"check": 4})"}}, Dialect::n5,
                  ErrorKind::unsupported);
}

TEST_CASE("registry: a codec says its configuration in the words of each format", "[codec]") {
    const CodecPtr blosc = make({"blosc", R"({"cname": "zstd", "clevel": 3, "shuffle": 2})"}, Dialect::zarr2);
    CHECK(Json::parse(blosc->configuration(Dialect::zarr2)) ==
          Json::parse(R"({"cname": "zstd", "clevel": 3, "shuffle": 2, "blocksize": 0})"));
    CHECK(Json::parse(blosc->configuration(Dialect::zarr3)) ==
          Json::parse(R"({"cname": "zstd", "clevel": 3, "shuffle": "bitshuffle", "typesize": 4, "blocksize": 0})"));
    for (const Row& row : std::vector<Row>{
             {"zlib", R"({"level": -1})"},
             {"gzip", R"({"level": 7})"},
             {"zstd", R"({"level": 3, "checksum": true})"},
             {"lz4", R"({"acceleration": 4})"},
             {"bz2", R"({"level": 2})"},
             {"shuffle", R"({"elementsize": 8})"},
             {"delta", R"({"dtype": "<i4", "astype": "<i4"})"},
         }) {
        CAPTURE(row.name);
        CHECK(Json::parse(make(row, Dialect::zarr2)->configuration(Dialect::zarr2)) == Json::parse(row.configuration));
    }
}

TEST_CASE("registry: Zarr v2's blosc takes its typesize from the element, its shuffle by number", "[codec]") {
    const std::vector<std::tuple<const char*, std::size_t, int>> rows{
        {R"({"shuffle": -1})", 1, 4}, {R"({"shuffle": -1})", 8, 1}, {R"({"shuffle": 0})", 4, 0},
        {R"({"shuffle": 1})", 4, 1},  {R"({"shuffle": 2})", 4, 4},  {"{}", 4, 1},
    };
    for (const auto& [configuration, element_size, shuffle_flags] : rows) {
        CAPTURE(configuration, element_size);
        const CodecChain chain({make_codec("blosc", Json::parse(configuration), Dialect::zarr2, element_size)});
        const std::vector<std::byte> zeros(4096);
        const ByteView frame = chain.encode(zeros);
        CHECK((std::to_integer<int>(frame[2]) & 5) == shuffle_flags);
        CHECK(std::to_integer<std::size_t>(frame[3]) == element_size);
    }
}

TEST_CASE("registry: the default codecs of new arrays can be made", "[codec]") {
    const Json v2 = Json::parse(default_codec(Dialect::zarr2));
    const Json v3 = Json::parse(default_codec(Dialect::zarr3));
    const Json block = Json::parse(default_codec(Dialect::wkw));
    CHECK(make_codec(v2["id"], v2, Dialect::zarr2, 4)->compresses());
    CHECK(make_codec(v3["name"], v3["configuration"], Dialect::zarr3, 4)->compresses());
    CHECK(make_codec(block["name"], Json::object(), Dialect::wkw, 4)->compresses());
    CHECK(error_kind([] { (void)default_codec(Dialect::n5); }) == ErrorKind::unsupported);
}

TEST_CASE("registry: names in the order of the table, which numbers WKW's block types", "[codec]") {
    CHECK(codec_names(Dialect::wkw) == std::vector<std::string_view>{"lz4", "lz4hc"});
    CHECK(codec_names(Dialect::precomputed) == std::vector<std::string_view>{"gzip"});
    CHECK(knows_codec(Dialect::zarr2, "zlib"));
    CHECK(!knows_codec(Dialect::zarr3, "zlib"));
    CHECK(!knows_codec(Dialect::zarr3, ""));
}

TEST_CASE("registry: endings of compressed files, in the order in which they are looked for", "[codec]") {
    std::vector<std::string_view> endings;
    for (const FileEnding& ending : file_endings()) endings.push_back(ending.ending);
    CHECK(endings == std::vector<std::string_view>{".gz", ".br", ".zstd", ".xz", ".bz2"});
    for (const FileEnding& ending : file_endings()) CHECK((ending.codec == nullptr) == (ending.ending == ".br"));
}
