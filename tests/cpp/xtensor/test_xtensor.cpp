#include <catch2/catch.hpp>
#include <concepts>
#include <cstdint>
#include <xtensor/xadapt.hpp>
#include <xtensor/xbuilder.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

#include "support/error_kind.hpp"
#include "voxbrick/xtensor.hpp"

namespace {

using namespace voxbrick;

const Box box{{0, 5, 6, 7}, {1, 3, 4, 5}};
const std::array<std::size_t, 4> shape{1, 3, 4, 5};

Array empty_array() {
    ArraySpec spec;
    spec.dtype = DType::int32;
    spec.chunk_shape = {8, 8, 8};
    return Array::create(make_memory_store(), spec);
}

xt::xarray<std::int32_t> counting() {
    return xt::arange<std::int32_t>(1, 61).reshape(shape);
}

Array counting_array() {
    Array array = empty_array();
    write(array, box.offset, counting());
    return array;
}

}  // namespace

TEST_CASE("xtensor: what is written is read into a new container", "[xtensor]") {
    const Array array = counting_array();
    CHECK((read<std::int32_t>(array, box) == counting()));
    CHECK((read<std::int32_t, xt::layout_type::column_major>(array, box) == counting()));
}

TEMPLATE_TEST_CASE("xtensor: containers of any layout are written and read into", "[xtensor]",  //
                   (xt::xarray<std::int32_t, xt::layout_type::row_major>),
                   (xt::xarray<std::int32_t, xt::layout_type::column_major>),
                   (xt::xtensor<std::int32_t, 4, xt::layout_type::column_major>)) {
    const TestType voxels = counting();
    Array array = empty_array();
    write(array, box.offset, voxels);
    TestType read_back = xt::zeros<std::int32_t>(shape);
    read_into(array, box, read_back);
    CHECK((read_back == voxels));
}

TEST_CASE("xtensor: a view receives its part and leaves the rest alone", "[xtensor]") {
    xt::xarray<std::int32_t> volume = xt::zeros<std::int32_t>({1, 10, 4, 10});
    const auto part = [](auto& whole) {
        return xt::view(whole, xt::all(), xt::range(1, 10, 3), xt::all(), xt::range(9, 4, -1));
    };
    read_into(counting_array(), box, part(volume));
    CHECK((part(volume) == counting()));
    CHECK(xt::sum(volume)() == 60 * 61 / 2);
}

TEST_CASE("xtensor: a view is written without being copied first", "[xtensor]") {
    const xt::xarray<std::int32_t> volume = xt::arange<std::int32_t>(0, 2 * 3 * 4 * 5).reshape({2, 3, 4, 5});
    const auto second = xt::view(volume, xt::range(1, 2));
    Array array = empty_array();
    write(array, box.offset, second);
    CHECK((read<std::int32_t>(array, box) == second));
}

TEST_CASE("xtensor: memory of one's own is adapted", "[xtensor]") {
    std::vector<std::int32_t> memory(60);
    read_into(counting_array(), box, xt::adapt(memory, shape));
    CHECK(memory.front() == 1);
    CHECK(memory.back() == 60);
}

TEST_CASE("xtensor: shapes and types that do not fit are refused", "[xtensor]") {
    Array array = counting_array();
    xt::xarray<std::int32_t> too_small = xt::zeros<std::int32_t>({1, 3, 4, 4});
    xt::xarray<float> floats = xt::zeros<float>(shape);
    CHECK(error_kind([&] { read_into(array, box, too_small); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { read_into(array, box, floats); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { write(array, box.offset, floats); }) == ErrorKind::invalid_argument);
}

TEST_CASE("xtensor: a box that no container can hold is refused before there is one", "[xtensor]") {
    const Array array = empty_array();
    const std::int64_t large = std::int64_t{1} << 32;  // to the power of two, 0 for whoever counts with 64 bits
    for (const Index& extents : {Index{1, -1, 4, 5}, Index{1, large, large, 1}, Index{1, large, large, 5}, Index{1}}) {
        INFO(extents);
        const auto read_it = [&] { (void)read<std::int32_t>(array, {{0, 0, 0, 0}, extents}); };
        CHECK(error_kind(read_it) == ErrorKind::invalid_argument);
    }
}

TEST_CASE("xtensor: const containers are written, and not read into", "[xtensor]") {
    const xt::xtensor<std::int32_t, 4> voxels = counting();
    Array array = empty_array();
    write(array, box.offset, voxels);
    CHECK((read<std::int32_t>(array, box) == counting()));
    static_assert(std::same_as<decltype(view_of(voxels)), ConstTypedView>);
    static_assert(std::same_as<decltype(view_of(std::declval<xt::xtensor<float, 3>&>())), TypedView>);
    static_assert(!XtensorMemory<xt::xarray<char>> && !XtensorMemory<decltype(voxels + voxels)>);
}
