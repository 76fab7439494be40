#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "support/error_kind.hpp"
#include "voxbrick/geometry/grid.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

const Index shape{20, 13, 9};

ArraySpec spec_of(const std::string& data_format, DType dtype, const Index& extent, const Index& chunk) {
    ArraySpec spec;
    spec.data_format = data_format;
    spec.dtype = dtype;
    if (data_format != "wkw") spec.shape = extent;
    spec.chunk_shape = chunk;
    spec.compress = GENERATE(false, true);
    return spec;
}

Array make(const ArraySpec& spec) {
    return Array::create(make_memory_store(), spec);
}

std::vector<float> noise(unsigned seed) {
    std::mt19937 random(seed);
    std::vector<float> voxels(static_cast<std::size_t>(product(shape)));
    for (float& voxel : voxels) voxel = static_cast<float>(random() % 100);
    return voxels;
}

}  // namespace

TEST_CASE("difference: a difference is found whatever the order of axes and the grid of blocks", "[array]") {
    std::vector<float> voxels = noise(1);
    Array one = make(spec_of("wkw", DType::float32, {}, {8, 8, 8}));
    Array other = make(spec_of("zarr3", DType::float32, {15, 24, 30}, {4, 8, 4}));
    const Index steps = f_order_strides(shape, sizeof(float));
    const TypedView turned = strided_view(voxels.data(), {9, 13, 20}, {steps[2], steps[1], steps[0]});
    const Box box{{0, 5, 0, 7}, {1, 20, 13, 9}};
    one.write(box, strided_view(voxels.data(), box.shape, {0, steps[0], steps[1], steps[2]}));
    other.write({{6, 11, 10}, turned.shape}, turned);
    const Correspondence where{{6, 11, 10}, {3, 2, 1}};
    CHECK(one.find_difference(box, other, where) == std::nullopt);

    const Index place{GENERATE(0, 19), GENERATE(0, 7, 12), GENERATE(0, 8)};
    float changed = 1000;
    const Index there{6 + place[2], 11 + place[1], 10 + place[0]};
    other.write({there, {1, 1, 1}}, c_order_view(&changed, {1, 1, 1}));
    CHECK(one.find_difference(box, other, where) == Index{0, 5 + place[0], place[1], 7 + place[2]});
}

TEST_CASE("difference: of many differences the first block's is found, with any number of threads", "[array]") {
    const ArraySpec spec = spec_of("zarr3", DType::float32, shape, {4, 4, 4});
    Array one = make(spec);
    Array other = make(spec);
    std::vector<float> voxels = noise(GENERATE(range(1U, 6U)));
    const Box box{{0, 0, 0}, shape};
    other.write({{4, 4, 4}, {16, 9, 5}}, subview(f_order_view(voxels.data(), shape), {{0, 0, 0}, {16, 9, 5}}));
    const auto found = one.find_difference(box, other, {{0, 0, 0}, {0, 1, 2}});
    REQUIRE(found);
    CHECK(Grid{{4, 4, 4}}.cell_of(*found) == Index{1, 1, 1});
    CHECK(one.find_difference({{0, 0, 0}, {4, 13, 9}}, other, {{0, 0, 0}, {0, 1, 2}}) == std::nullopt);
}

TEST_CASE("difference: blocks of many megabytes are compared too", "[array]") {
    const Index large{256, 256, 160};  // above what a thread keeps between blocks
    Array one = make(spec_of("zarr3", DType::uint8, large, large));
    Array other = make(spec_of("zarr3", DType::uint8, large, {64, 64, 80}));
    std::vector<std::uint8_t> voxels(static_cast<std::size_t>(product(large)), 7);
    const Box box{{0, 0, 0}, large};
    for (Array* array : {&one, &other}) array->write(box, f_order_view(voxels.data(), large));
    CHECK(one.find_difference(box, other, {{0, 0, 0}, {0, 1, 2}}) == std::nullopt);
}

TEST_CASE("difference: what cannot be compared is refused", "[array]") {
    const Array one = make(spec_of("zarr3", DType::float32, shape, {4, 4, 4}));
    const Array other = make(spec_of("zarr3", DType::uint8, shape, {4, 4, 4}));
    const Box box{{0, 0, 0}, shape};
    const auto refused = [&](const Array& with, const Correspondence& where) {
        return error_kind([&] { (void)one.find_difference(box, with, where); });
    };
    CHECK(refused(other, {{0, 0, 0}, {0, 1, 2}}) == ErrorKind::invalid_argument);
    CHECK(refused(one, {{0, 0}, {0, 1}}) == ErrorKind::invalid_argument);
    CHECK(refused(one, {{0, 0, 0}, {0, 1, 3}}) == ErrorKind::invalid_argument);
    CHECK(refused(one, {{0, 0, 0}, {0, 1, -1}}) == ErrorKind::invalid_argument);
    CHECK(refused(one, {{0, -1, 0}, {0, 1, 2}}) == ErrorKind::out_of_bounds);
}
