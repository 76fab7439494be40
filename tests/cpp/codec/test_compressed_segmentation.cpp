// Compressed segmentation, which, unlike other codecs, is made for one shape.
#include <catch2/catch.hpp>

#include "codec/compressed_segmentation.hpp"
#include "support/error_kind.hpp"
#include "support/guarded_bytes.hpp"
#include "support/samples.hpp"
#include "voxbrick/base/error.hpp"

using namespace voxbrick;

namespace {

// `kinds` different numbers, in runs.
Bytes segments(const Index& shape, std::size_t element_size, std::size_t kinds) {
    const auto voxels = static_cast<std::size_t>(product(shape));
    return bytes_from(voxels * element_size, [&](std::size_t i) {
        const std::size_t segment = i / element_size / 3 % kinds;
        return i % element_size == 0 ? segment : i % element_size == 1 ? segment >> 8 : segment != 0;
    });
}

Bytes encoded(const Codec& codec, const Bytes& decoded) {
    const GuardedBytes out(codec.encoded_bound(decoded.size()));
    const std::size_t size = codec.encode(decoded, out.bytes());
    return {out.bytes().begin(), out.bytes().begin() + static_cast<std::ptrdiff_t>(size)};
}

std::optional<Bytes> decoded(const CodecPtr& codec, ByteView bytes, std::size_t size) {
    const GuardedBytes input(bytes);
    const GuardedBytes out(size);
    const auto kind = error_kind([&] { CodecChain({codec}).decode(input.bytes(), out.bytes()); });
    if (!kind) return Bytes(out.bytes().begin(), out.bytes().end());
    REQUIRE(*kind == ErrorKind::corrupt);
    return std::nullopt;
}

}  // namespace

TEST_CASE("compressed segmentation: what is encoded decodes to the same", "[codec]") {
    for (const std::size_t element_size : {std::size_t{4}, std::size_t{8}}) {
        for (const std::size_t kinds : {1, 2, 3, 17, 400}) {
            for (const Index& shape : {Index{1, 8, 8, 8}, Index{2, 9, 7, 17}, Index{1, 1, 1, 1}, Index{3, 30, 2, 5}}) {
                CAPTURE(element_size, kinds, shape);
                const CodecPtr codec = make_compressed_segmentation(shape, {8, 4, 8}, element_size);
                const Bytes voxels = segments(shape, element_size, kinds);
                CHECK(decoded(codec, encoded(*codec, voxels), voxels.size()) == voxels);
            }
        }
    }
}

TEST_CASE("compressed segmentation: the example of a block of two segments", "[codec]") {
    const CodecPtr codec = make_compressed_segmentation({1, 2, 2, 1}, {2, 2, 1}, 4);
    const Bytes bytes = bytes_of_hex(
        "01000000"
        "02000001"
        "04000000"
        "05000000"
        "09000000"
        "06000000");
    CHECK(decoded(codec, bytes, 16) == bytes_of_hex("05000000"
                                                    "09000000"
                                                    "09000000"
                                                    "05000000"));
    Bytes begins_in_its_own_place = bytes;
    begins_in_its_own_place[0] = std::byte{0};
    CHECK_FALSE(decoded(codec, begins_in_its_own_place, 16));
}

TEST_CASE("compressed segmentation: damage is an error or other segments, and nothing else", "[codec]") {
    const Index shape{2, 9, 7, 5};
    const CodecPtr codec = make_compressed_segmentation(shape, {8, 8, 8}, 8);
    const Bytes voxels = segments(shape, 8, 5);
    Bytes bytes = encoded(*codec, voxels);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(decoded(codec, ByteView(bytes).first(length), voxels.size()));
    }
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        for (int bit = 0; bit < 8; ++bit) {
            bytes[place] ^= std::byte{1} << bit;
            (void)decoded(codec, bytes, voxels.size());
            bytes[place] ^= std::byte{1} << bit;
        }
    }
    CHECK_FALSE(decoded(codec, bytes, voxels.size() - 1));
    CHECK_FALSE(decoded(codec, bytes, voxels.size() + 1));
    CHECK_FALSE(decoded(codec, random_bytes(400), voxels.size()));
}
