// copy_box and fill_box against the loop that anyone would write.
#include <catch2/catch.hpp>
#include <numeric>
#include <random>
#include <vector>

#include "voxbrick/geometry/strided.hpp"

using namespace voxbrick;

namespace {

// Dense memory whose axes lie in a random order, some of them walked backwards, some with gaps.
struct Memory {
    std::vector<std::byte> bytes;
    Index shape, strides;
    std::size_t first = 0;

    Memory(const Index& extent, std::size_t element_size, std::mt19937& random) : shape(extent), strides(extent) {
        std::vector<std::size_t> axes(extent.rank());
        std::iota(axes.begin(), axes.end(), 0u);
        std::shuffle(axes.begin(), axes.end(), random);
        auto step = static_cast<std::int64_t>(element_size);
        for (const std::size_t axis : axes) {
            strides[axis] = step;
            step *= extent[axis] + (random() % 4 == 0 ? 1 : 0);
        }
        bytes.resize(static_cast<std::size_t>(step));
        for (auto& byte : bytes) byte = static_cast<std::byte>(random());
        for (std::size_t axis = 0; axis < extent.rank(); ++axis) {
            if (random() % 4 != 0) continue;
            first += static_cast<std::size_t>(strides[axis] * (extent[axis] - 1));
            strides[axis] = -strides[axis];
        }
    }

    StridedView view() { return {bytes.data() + first, shape, strides}; }

    std::byte& at(const Index& position, std::size_t byte) {
        auto offset = static_cast<std::int64_t>(first + byte);
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) offset += position[axis] * strides[axis];
        return bytes[static_cast<std::size_t>(offset)];
    }
};

Index random_shape(std::mt19937& random, std::size_t rank) {
    Index shape = Index::filled(rank, 1);
    for (std::size_t axis = 0; axis < rank; ++axis)
        shape[axis] = 1 + static_cast<std::int64_t>(random() % (rank > 3 ? 5 : 40));
    return shape;
}

}  // namespace

TEST_CASE("strided: copy_box moves every element to its place and nothing else", "[geometry]") {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const std::size_t element_size = std::size_t{1} << (random() % 4);
        const bool swap = random() % 3 == 0;
        const Index shape = random_shape(random, random() % 6);
        Memory from(shape, element_size, random);
        Memory to(shape, element_size, random);
        Memory expected = to;
        const Box all{Index::filled(shape.rank(), 0), shape};
        for (std::int64_t i = 0; i < product(shape); ++i) {
            const Index position = [&] {
                Index index = all.offset;
                for (std::size_t axis = shape.rank(), rest = static_cast<std::size_t>(i); axis-- > 0;) {
                    index[axis] = static_cast<std::int64_t>(rest) % shape[axis];
                    rest /= static_cast<std::size_t>(shape[axis]);
                }
                return index;
            }();
            for (std::size_t byte = 0; byte < element_size; ++byte)
                expected.at(position, byte) = from.at(position, swap ? element_size - 1 - byte : byte);
        }
        copy_box(from.view(), to.view(), element_size, swap);
        INFO("shape " << shape << " from " << from.strides << " to " << to.strides << " size " << element_size);
        REQUIRE(to.bytes == expected.bytes);
    }
}

TEST_CASE("strided: fill_box sets every element", "[geometry]") {
    std::mt19937 random(8);
    for (int round = 0; round < 100; ++round) {
        const std::size_t element_size = std::size_t{1} << (random() % 4);
        const Index shape = random_shape(random, random() % 5);
        Memory to(shape, element_size, random);
        Memory expected = to;
        ElementBits value{{}, element_size};
        if (random() % 2) value.bytes[element_size - 1] = std::byte{0x7f};
        std::vector<std::byte> one(value.bytes.begin(),
                                   value.bytes.begin() + static_cast<std::ptrdiff_t>(element_size));
        copy_box({one.data(), shape, Index::filled(shape.rank(), 0)}, expected.view(), element_size);
        fill_box(to.view(), value);
        REQUIRE(to.bytes == expected.bytes);
    }
}

TEST_CASE("strided: boxes without elements are left alone", "[geometry]") {
    copy_box({nullptr, {4, 0}, {1, 1}}, {nullptr, {4, 0}, {1, 1}}, 1);
    fill_box({nullptr, {0}, {1}}, {});
}

TEST_CASE("strided: consists_of compares bits", "[geometry]") {
    const ElementBits two{{std::byte{2}, std::byte{0}}, 2};
    const std::vector<std::byte> same{std::byte{2}, std::byte{0}, std::byte{2}, std::byte{0}};
    const std::vector<std::byte> other{std::byte{2}, std::byte{0}, std::byte{2}, std::byte{1}};
    CHECK(consists_of(same, two));
    CHECK_FALSE(consists_of(other, two));
    CHECK(consists_of({}, two));
    CHECK_FALSE(consists_of(ByteView(same).first(1), two));
}
