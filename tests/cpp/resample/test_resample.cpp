// Downsampling and upsampling against the loops that anyone would write. Arrays are exactly as large as they have to
// be, so that sanitizers see every step too far.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "support/error_kind.hpp"
#include "voxbrick/geometry/grid.hpp"
#include "voxbrick/resample/resample.hpp"

using namespace voxbrick;

namespace {

template <class T>
struct Volume {
    Index shape;
    bool c_order;
    std::vector<T> voxels;

    Volume(const Index& extent, bool last_axis_first)
        : shape(extent), c_order(last_axis_first), voxels(static_cast<std::size_t>(product(extent))) {}

    [[nodiscard]] Index strides(std::int64_t unit) const {
        return c_order ? c_order_strides(shape, unit) : f_order_strides(shape, unit);
    }
    TypedView view() { return strided_view(voxels.data(), shape, strides(sizeof(T))); }
    T& at(const Index& position) {
        std::int64_t offset = 0;
        for (std::size_t axis = 0; axis < shape.rank(); ++axis) offset += position[axis] * strides(1)[axis];
        return voxels[static_cast<std::size_t>(offset)];
    }
};

template <class T>
std::vector<T> voxels_of(Volume<T>& volume, const Box& box) {
    std::vector<T> voxels;
    for (std::int64_t i = 0; i < product(box.shape); ++i) voxels.push_back(volume.at(nth_index(box, i)));
    return voxels;
}

template <class T>
T middle(std::vector<T> voxels) {
    std::sort(voxels.begin(), voxels.end());
    const auto sum =
        static_cast<double>(voxels[(voxels.size() - 1) / 2]) + static_cast<double>(voxels[voxels.size() / 2]);
    return static_cast<T>(sum / 2);
}

template <class T>
T most_frequent(const std::vector<T>& voxels) {
    std::map<T, int> counts;
    for (const T voxel : voxels) ++counts[voxel];
    const auto rarer = [](const auto& a, const auto& b) { return a.second < b.second; };
    return std::max_element(counts.begin(), counts.end(), rarer)->first;
}

template <class T>
T mean(const std::vector<T>& voxels) {
    double sum = 0;
    for (const T voxel : voxels) sum += static_cast<double>(voxel);
    const double exact = sum / static_cast<double>(voxels.size());
    return static_cast<T>(is_float(dtype_of<T>()) ? exact : std::nearbyint(exact));
}

template <class T>
T expected(const std::vector<T>& voxels, Sampling sampling) {
    switch (sampling) {
        case Sampling::median:
            return middle(voxels);
        case Sampling::mode:
            return most_frequent(voxels);
        case Sampling::nearest:
            return voxels[0];
        case Sampling::mean:
            return mean(voxels);
        case Sampling::max:
            return *std::max_element(voxels.begin(), voxels.end());
        case Sampling::min:
            return *std::min_element(voxels.begin(), voxels.end());
    }
    return {};
}

Index random_index(std::mt19937& random, std::initializer_list<int> limits) {
    Index index = Index::filled(limits.size(), 0);
    std::transform(limits.begin(), limits.end(), &index[0],
                   [&](int limit) { return 1 + static_cast<std::int64_t>(random() % static_cast<unsigned>(limit)); });
    return index;
}

constexpr Sampling samplings[] = {Sampling::median, Sampling::mode, Sampling::nearest,
                                  Sampling::mean,   Sampling::max,  Sampling::min};

}  // namespace

TEMPLATE_TEST_CASE("resample: cells become what their voxels say", "[resample]", std::uint8_t, std::uint16_t,
                   std::uint32_t, std::uint64_t, std::int8_t, std::int16_t, std::int32_t, std::int64_t, float, double) {
    std::mt19937 random(3);
    for (int round = 0; round < 120; ++round) {
        Volume<TestType> volume(random_index(random, {80, 5, 4}), random() % 2 == 0);
        for (TestType& voxel : volume.voxels)
            voxel = static_cast<TestType>(static_cast<int>(random() % 5) - (is_signed(dtype_of<TestType>()) ? 2 : 0));
        const Box box{random_index(random, {6, 6, 6}), volume.shape};
        const Index factors = random() % 2 == 0 ? Index{2, 2, 2} : random_index(random, {4, 3, 3});
        const Sampling sampling = samplings[round % 6];
        const Box cells = downsampled(box, factors);
        Volume<TestType> result(cells.shape, volume.c_order);
        const DownsamplingStep step{factors, result.view()};
        downsample(volume.view(), box.offset, sampling, {&step, 1});
        INFO("box " << box << " factors " << factors << " sampling " << static_cast<int>(sampling));
        for (std::int64_t i = 0; i < product(cells.shape); ++i) {
            const Index cell = nth_index(cells, i);
            const Box part = relative_to(intersect(Grid{factors}.box_of(cell), box), box.offset);
            REQUIRE(result.at(relative_to({cell, cell}, cells.offset).offset) ==
                    expected(voxels_of(volume, part), sampling));
        }
    }
}

TEST_CASE("resample: voxels are repeated in their cells", "[resample]") {
    std::mt19937 random(4);
    for (int round = 0; round < 100; ++round) {
        const Box box{random_index(random, {9, 9, 9}), random_index(random, {40, 9, 9})};
        const Index factors = random_index(random, {4, 3, 12});
        const Box cells = downsampled(box, factors);
        Volume<std::uint16_t> in(cells.shape, random() % 2 == 0);
        for (std::uint16_t& voxel : in.voxels) voxel = static_cast<std::uint16_t>(random());
        Volume<std::uint16_t> out(box.shape, random() % 2 == 0);
        upsample(in.view(), out.view(), box.offset, factors);
        for (std::int64_t i = 0; i < product(box.shape); ++i) {
            const Index voxel = nth_index(box, i);
            const Index cell = Grid{factors}.cell_of(voxel);
            REQUIRE(out.at(relative_to({voxel, voxel}, box.offset).offset) ==
                    in.at(relative_to({cell, cell}, cells.offset).offset));
        }
    }
}

TEST_CASE("resample: what does not fit is refused before anything is written", "[resample]") {
    Volume<std::uint8_t> in({4, 4}, false);
    Volume<std::uint8_t> out({2, 2}, false);
    const auto run = [&](const Index& offset, DType dtype, const Index& factors) {
        const DownsamplingStep step{factors, {out.view(), dtype}};
        downsample(TypedView{in.view(), dtype}, offset, Sampling::max, {&step, 1});
    };
    const auto run_into = [&](const TypedView& view) {
        const DownsamplingStep step{{2, 2}, view};
        downsample(in.view(), {0, 0}, Sampling::max, {&step, 1});
    };
    CHECK_NOTHROW(run({0, 0}, DType::uint8, {2, 2}));
    CHECK(error_kind([&] { run({0, 0}, DType::uint8, {2, 3, 1}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { run({0, 0}, DType::uint8, {0, 2}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { run({1, 0}, DType::uint8, {2, 2}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { run({0, 0}, DType::boolean, {2, 2}); }) == ErrorKind::unsupported);
    CHECK(error_kind([&] { upsample(out.view(), in.view(), {1, 0}, {2, 2}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { run_into({out.view(), DType::uint16}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { run_into(strided_view(out.voxels.data(), {2, 2}, {1})); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] {
              upsample(out.view(), TypedView{in.view(), DType::int8}, {0, 0}, {2, 2});
          }) == ErrorKind::invalid_argument);
}
