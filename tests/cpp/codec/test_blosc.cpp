// Frames of Blosc 1: what is written, what is refused.
#include <catch2/catch.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "codec/blosc_frame.hpp"
#include "codec/decodes_only.hpp"
#include "codec/registry.hpp"
#include "support/error_kind.hpp"
#include "support/samples.hpp"

using namespace voxbrick;

namespace {

CodecPtr blosc(const std::string& cname) {
    const Json configuration = {
        {"cname", cname}, {"clevel", 5}, {"shuffle", "shuffle"}, {"typesize", 2}, {"blocksize", 0}};
    return make_codec("blosc", configuration, Dialect::zarr3, 2);
}

Bytes encode(const BloscSettings& settings, ByteView decoded) {
    Bytes out(decoded.size() + blosc_overhead);
    out.resize(write_blosc_frame(settings, decoded, out));
    return out;
}

Bytes decode(ByteView frame, std::size_t size) {
    Bytes out(size);
    CodecChain({blosc("lz4")}).decode(frame, out);
    return out;
}

}  // namespace

TEST_CASE("blosc: elements, shuffles, levels and block sizes of all kinds decode to the same bytes") {
    for (const auto compressor :
         {BloscCompressor::lz4, BloscCompressor::lz4hc, BloscCompressor::zlib, BloscCompressor::zstd})
        for (const auto shuffle : {BloscShuffle::none, BloscShuffle::byte, BloscShuffle::bit})
            for (const std::size_t element_size : {1, 2, 3, 8, 16, 17, 255, 256, 70000})
                for (const auto& [level, block_size] :
                     std::vector<std::tuple<int, std::size_t>>{{0, 0}, {1, 0}, {5, 1}, {5, 1000}, {5, 65536}, {9, 0}})
                    for (const Bytes& decoded :
                         {ramp(127), ramp(128), ramp(33001), random_bytes(33001), zeros(1), zeros(0)}) {
                        const BloscSettings settings{compressor, level, shuffle, element_size, block_size};
                        CAPTURE(static_cast<int>(compressor), static_cast<int>(shuffle), element_size, level,
                                block_size, decoded.size());
                        const Bytes frame = encode(settings, decoded);
                        REQUIRE(read_blosc_header(frame).decoded_size == decoded.size());
                        REQUIRE(decode(frame, decoded.size()) == decoded);
                    }
}

TEST_CASE("blosc: what does not get smaller is stored as it is") {
    const Bytes noise = random_bytes(100000);
    const Bytes frame = encode({BloscCompressor::zstd, 5, BloscShuffle::byte, 2, 0}, noise);
    CHECK(frame.size() == noise.size() + blosc_overhead);
    CHECK(std::equal(noise.begin(), noise.end(), frame.begin() + blosc_header_size));
}

TEST_CASE("blosc: a header that does not describe the frame is refused before it is decoded") {
    const Bytes frame = encode({BloscCompressor::zstd, 5, BloscShuffle::byte, 2, 1000}, ramp(33000));
    // byte of the header or of the table, and a value that it must not have
    const std::vector<std::pair<std::size_t, int>> damages{
        {0, 1}, {0, 5},   {1, 2}, {2, 0x05 | 0x90}, {2, 0x08 | 0x91}, {2, 0x02 | 0x91}, {2, 0x41}, {2, 0xb1},
        {3, 0}, {7, 255}, {8, 1}, {11, 255},        {12, 3},          {16, 0},          {18, 255}, {19, 128},
    };
    for (const auto& [place, value] : damages) {
        CAPTURE(place, value);
        Bytes damaged = frame;
        damaged[place] = static_cast<std::byte>(value);
        CHECK(error_kind([&] { (void)read_blosc_header(damaged); }) == ErrorKind::corrupt);
    }
}

TEST_CASE("blosc: BloscLZ is read, not written, and Snappy is neither") {
    const CodecPtr blosclz = blosc("blosclz");
    const Bytes decoded = ramp(1000);
    Bytes out(blosclz->encoded_bound(decoded.size()));
    CHECK_THROWS_WITH(blosclz->encode(decoded, out), Catch::Contains("\"blosclz\""));
    CHECK(error_kind([&] { check_encodes(CodecChain({blosclz})); }) == ErrorKind::unsupported);
    CHECK(error_kind([&] { (void)blosc("snappy"); }) == ErrorKind::unsupported);
}
