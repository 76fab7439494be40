// The largest voxel of a box: each type, what was never written, what lies beyond the array, what is refused.
#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <vector>

#include "support/error_kind.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

// Longer than the lanes that are compared at once, and no multiple of them.
constexpr std::int64_t extent = 301;

Array new_array(DType dtype, const std::string& fill = "0") {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.dtype = dtype;
    spec.shape = {2 * extent};
    spec.chunk_shape = {extent};
    spec.fill_value = fill;
    return Array::create(make_memory_store(), spec);
}

template <class T>
T largest(const Array& array, std::int64_t first, std::int64_t count) {
    const ElementBits bits = array.largest({{first}, {count}});
    REQUIRE(bits.size == sizeof(T));
    T value;
    std::memcpy(&value, bits.bytes.data(), sizeof(T));
    return value;
}

}  // namespace

TEMPLATE_TEST_CASE("largest voxel: the largest voxel is found wherever it is", "[array]", std::int8_t, std::int16_t,
                   std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t) {
    for (const TestType best : {std::numeric_limits<TestType>::max(), static_cast<TestType>(3)}) {
        for (const std::size_t place : {0, 1, 127, 128, 299, 300}) {
            Array array = new_array(dtype_of<TestType>());
            std::vector<TestType> voxels(extent, std::numeric_limits<TestType>::lowest());
            voxels[place] = best;
            array.write({{0}, {extent}}, f_order_view(voxels.data(), {extent}));
            CHECK(largest<TestType>(array, 0, extent) == best);
            CHECK(largest<TestType>(array, static_cast<std::int64_t>(place), 1) == best);
        }
    }
}

TEST_CASE("largest voxel: negative voxels are smaller than what was never written and than what lies beyond",
          "[array]") {
    Array array = new_array(dtype_of<std::int32_t>(), "-7");
    std::vector<std::int32_t> voxels(extent, -9);
    array.write({{0}, {extent}}, f_order_view(voxels.data(), {extent}));
    CHECK(largest<std::int32_t>(array, 0, extent) == -9);
    CHECK(largest<std::int32_t>(array, 0, extent + 1) == -7);
    CHECK(largest<std::int32_t>(array, 0, 2 * extent + 1) == 0);
    CHECK(largest<std::int32_t>(array, 5 * extent, 1) == 0);
}

TEST_CASE("largest voxel: booleans have a largest voxel too", "[array]") {
    CHECK(largest<std::uint8_t>(new_array(DType::boolean, "false"), 0, extent) == 0);
    CHECK(largest<std::uint8_t>(new_array(DType::boolean, "true"), 0, extent) == 1);
}

TEST_CASE("largest voxel: there is no largest voxel of nothing, or of floats", "[array]") {
    CHECK(error_kind([] { (void)new_array(DType::uint8).largest({{0}, {0}}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([] { (void)new_array(DType::uint8).largest({{0, 0}, {1, 1}}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([] { (void)new_array(DType::uint8).largest({{-1}, {1}}); }) == ErrorKind::out_of_bounds);
    CHECK(error_kind([] { (void)new_array(DType::float32).largest({{0}, {1}}); }) == ErrorKind::unsupported);
}
