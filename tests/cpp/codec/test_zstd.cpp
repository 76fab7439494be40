// What the levels of Zstandard do to noise, and to what is none.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "codec/registry.hpp"
#include "support/samples.hpp"

using namespace voxbrick;

namespace {

/// As the grain of a microscope: a bell of some five bits around a grey.
Bytes grain(std::size_t size) {
    std::mt19937 random(7);
    return bytes_from(size, [&](std::size_t) {
        const auto bits = random();
        return 96 + (bits & 15) + (bits >> 4 & 15) + (bits >> 8 & 15) + (bits >> 12 & 15);
    });
}

Bytes encoded(int level, ByteView decoded) {
    const CodecPtr codec = make_codec("zstd", Json{{"level", level}}, Dialect::zarr3, 1);
    Bytes out(codec->encoded_bound(decoded.size()));
    out.resize(codec->encode(decoded, out));
    Bytes again(decoded.size());
    REQUIRE(codec->decode(out, again) == decoded.size());
    REQUIRE(std::ranges::equal(again, decoded));
    return out;
}

}  // namespace

TEST_CASE("zstd: searches noise briefly at the middle levels", "[codec]") {
    for (const std::size_t size : {std::size_t{1} << 14, std::size_t{1} << 18}) {
        const Bytes noise = grain(size);
        CHECK(encoded(3, noise) == encoded(5, noise));
        CHECK(encoded(5, noise) == encoded(6, noise));
        CHECK(encoded(7, noise) != encoded(6, noise));
        CHECK(encoded(5, noise).size() * 100 < encoded(7, noise).size() * 101);
    }
}

TEST_CASE("zstd: makes no more effort than was asked for", "[codec]") {
    const Bytes noise = grain(std::size_t{1} << 18);
    CHECK(encoded(1, noise) != encoded(3, noise));
    CHECK(encoded(2, noise) != encoded(3, noise));
}

TEST_CASE("zstd: makes the effort of its level for all else", "[codec]") {
    const std::size_t size = std::size_t{1} << 16;
    Bytes mixed = grain(size);  // at its ends
    std::ranges::copy(ramp(size / 2), mixed.begin() + size / 4);
    for (const Bytes& decoded : {ramp(size), mixed, grain((std::size_t{1} << 14) - 1)}) {
        CHECK(encoded(2, decoded) != encoded(4, decoded));
        CHECK(encoded(4, decoded) != encoded(6, decoded));
    }
}
