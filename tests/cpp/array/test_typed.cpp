// Reading and writing by the type of the elements: what compiles, what is refused, where each voxel lands.
#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "support/error_kind.hpp"
#include "voxbrick/mdspan.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

// --- what compiles ------------------------------------------------------------------------------

template <class T>
concept readable = requires(const Array& array, Box box, std::span<T> memory) {
    array.read<T>(box, memory);
};
template <class T>
concept readable_as_vector = requires(const Array& array, Box box) {
    array.read<T>(box);
};
template <class T, class Memory>
concept writable_from = requires(Array& array, Box box, Memory memory) {
    array.write<T>(box, memory);
};
template <class View>
concept view_is_read_into = requires(const Array& array, Box box, View view) {
    array.read(box, view);
};
template <class View>
concept view_is_written_from = requires(Array& array, Box box, View view) {
    array.write(box, view);
};

template <class View>
concept made_of_bytes = requires(std::byte* first, Index steps) {
    View{first, steps, steps};
};

template <class... Types>
constexpr bool all_readable = (readable<Types> && ...);
template <class... Types>
constexpr bool none_readable = !(readable<Types> || ...);

static_assert(all_readable<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t,
                           std::uint32_t, std::uint64_t, Float16, float, double, long, long long, unsigned long long>);
static_assert(none_readable<char, wchar_t, char16_t, std::byte, long double, std::string, const float, Index>);
static_assert(readable_as_vector<std::int64_t> && readable_as_vector<Float16>);
static_assert(!readable_as_vector<bool>);  // std::vector<bool> has no bools in memory

static_assert(writable_from<float, std::vector<float>> && writable_from<float, const std::vector<float>>);
static_assert(writable_from<float, std::span<float>> && writable_from<float, std::span<const float>>);
static_assert(writable_from<float, const std::array<float, 8>>);
static_assert(!writable_from<float, std::vector<double>> && !writable_from<int, std::vector<unsigned>>);
static_assert(!writable_from<bool, std::vector<bool>>);

// Without a type there is no door.
static_assert(view_is_read_into<TypedView> && !view_is_read_into<StridedView>);
static_assert(made_of_bytes<StridedView> && !made_of_bytes<TypedView> && !made_of_bytes<ConstTypedView>);
static_assert(view_is_written_from<ConstTypedView> && view_is_written_from<TypedView>);
static_assert(!view_is_written_from<ConstStridedView> && !view_is_read_into<ConstTypedView>);
static_assert(std::same_as<decltype(f_order_view(std::declval<const int*>(), {})), ConstTypedView>);
static_assert(std::same_as<decltype(c_order_view(std::declval<int*>(), {})), TypedView>);

static_assert(dtype_of<long>() == (sizeof(long) == 8 ? DType::int64 : DType::int32));
static_assert(dtype_of<signed char>() == DType::int8 && dtype_of<unsigned char>() == DType::uint8);
static_assert(dtype_of<long long>() == DType::int64 && dtype_of<unsigned long long>() == DType::uint64);
static_assert(dtype_of<Float16>() == DType::float16);

// A half-precision type of another library.
struct Half {
    std::uint16_t bits;
};

}  // namespace

template <>
struct voxbrick::DTypeOf<Half> : voxbrick::DTypeIs<voxbrick::DType::float16> {};

// Promises what it does not keep: four bytes are no float16.
struct Wide {
    float value;
};
template <>
struct voxbrick::DTypeOf<Wide> : voxbrick::DTypeIs<voxbrick::DType::float16> {};

static_assert(Element<Half> && !Element<Wide>);

namespace {

// --- what happens -------------------------------------------------------------------------------

Array new_array(DType dtype, const Index& shape, const std::string& fill = "0") {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.dtype = dtype;
    spec.shape = shape;
    spec.chunk_shape = Index::filled(shape.rank(), 2);
    spec.fill_value = fill;
    return Array::create(make_memory_store(), spec);
}

std::vector<std::uint16_t> counting(std::size_t count) {
    std::vector<std::uint16_t> voxels(count);
    std::iota(voxels.begin(), voxels.end(), std::uint16_t{1});
    return voxels;
}

std::string message(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::invalid_argument);
        return error.what();
    }
    return "no error";
}

const Box whole{{0, 0, 0}, {2, 3, 4}};

// An mdspan, as far as anyone sees it.
template <class T>
struct Mdspan {
    using element_type = T;
    T* data;
    std::array<std::size_t, 3> extents;
    std::array<std::size_t, 3> strides;

    static constexpr std::size_t rank() { return 3; }
    [[nodiscard]] T* data_handle() const { return data; }
    [[nodiscard]] std::size_t extent(std::size_t axis) const { return extents[axis]; }
    [[nodiscard]] std::size_t stride(std::size_t axis) const { return strides[axis]; }
};

}  // namespace

TEST_CASE("typed: dense voxels come in the order that was asked for", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    const std::vector<std::uint16_t> written = counting(24);
    array.write<std::uint16_t>(whole, written, Order::C);
    CHECK(array.read<std::uint16_t>(whole, Order::C) == written);
    const std::vector<std::uint16_t> turned = array.read<std::uint16_t>(whole);
    for (std::size_t x = 0; x < 2; ++x)
        for (std::size_t y = 0; y < 3; ++y)
            for (std::size_t z = 0; z < 4; ++z) CHECK(turned[x + 2 * y + 6 * z] == written[12 * x + 4 * y + z]);
    array.write<std::uint16_t>(whole, turned, Order::F, true);
    CHECK(array.read<std::uint16_t>(whole, Order::C) == written);
}

TEST_CASE("typed: a span receives its box and nothing else", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    array.write<std::uint16_t>(whole, counting(24));
    std::vector<std::uint16_t> memory(26, 99);
    array.read(whole, std::span(memory).subspan(1, 24));
    std::vector<std::uint16_t> expected = counting(24);
    expected.insert(expected.begin(), 99);
    expected.push_back(99);
    CHECK(memory == expected);
    std::array<std::uint16_t, 24> other{};
    array.read<std::uint16_t>(whole, other, Order::C);
    CHECK(other.back() == 24);
}

TEMPLATE_TEST_CASE("typed: each type is read as itself and as no other", "[array]", std::int8_t, std::int16_t,
                   std::int32_t, std::int64_t, std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, Float16,
                   float, double) {
    constexpr DType dtype = dtype_of<TestType>();
    Array array = new_array(dtype, {4});
    const std::vector<TestType> written{{}, TestType{1}, TestType{2}, TestType{3}};
    array.write<TestType>({{0}, {4}}, written);
    CHECK(array.read<TestType>({{0}, {4}}) == written);
    for (int other = 0; other <= static_cast<int>(DType::float64); ++other) {
        const auto type = static_cast<DType>(other);
        std::array<std::byte, 64> memory{};
        const TypedView view{{memory.data(), {4}, {8}}, type};
        INFO(name_of(type));
        const bool same = type == dtype;
        CHECK(error_kind([&] { array.read({{0}, {4}}, view); }).has_value() == !same);
        CHECK(error_kind([&] { array.write({{0}, {4}}, view); }).has_value() == !same);
        CHECK(error_kind([&] { (void)array.voxel_count({{0}, {4}}, type); }).has_value() == !same);
    }
}

TEST_CASE("typed: booleans are read into memory of bools", "[array]") {
    Array array = new_array(DType::boolean, {4});
    const std::array<bool, 4> written{true, false, false, true};
    array.write<bool>({{0}, {4}}, written);
    std::array<bool, 4> found{};
    array.read<bool>({{0}, {4}}, found);
    CHECK(found == written);
}

TEST_CASE("typed: a wrong type is refused by an error that says all", "[array]") {
    Array array = new_array(DType::uint64, {2, 3, 4});
    std::vector<std::uint8_t> bytes(24 * 8, 7);
    const auto wrong = [&](const std::string& text, DType given) {
        return text ==
               array.description() + " holds uint64, the memory given for its voxels " + std::string(name_of(given));
    };
    CHECK(wrong(message([&] { array.read<std::uint8_t>(whole, bytes); }), DType::uint8));
    CHECK(wrong(message([&] { array.read(whole, f_order_view(bytes.data(), whole.shape)); }), DType::uint8));
    CHECK(wrong(message([&] { (void)array.read<std::int64_t>(whole); }), DType::int64));
    CHECK(wrong(message([&] { array.write<std::uint8_t>(whole, bytes); }), DType::uint8));
    CHECK(wrong(message([&] { array.write(whole, c_order_view(bytes.data(), whole.shape)); }), DType::uint8));
    CHECK(bytes == std::vector<std::uint8_t>(24 * 8, 7));
    CHECK(array.list_shards().empty());
}

TEST_CASE("typed: memory that is too short or too long is refused", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{23}, std::size_t{25}}) {
        std::vector<std::uint16_t> memory(count, 7);
        const std::string expected =
            concat("box (0, 0, 0) + (2, 3, 4) of ", array.description(),
                   " has 24 voxels (uint16), the memory given has ", count, count == 1 ? " element" : " elements");
        CHECK(message([&] { array.read<std::uint16_t>(whole, memory); }) == expected);
        CHECK(message([&] { array.write<std::uint16_t>(whole, memory, Order::C); }) == expected);
        CHECK(memory == std::vector<std::uint16_t>(count, 7));
    }
    CHECK(array.list_shards().empty());
}

TEST_CASE("typed: a box without voxels needs no memory, whatever its other extents", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    const std::int64_t huge = largest_coordinate;
    for (const Index& shape : {Index{0, 3, 4}, Index{0, huge, huge}, Index{huge, huge, 0}})
        for (const Order order : {Order::F, Order::C}) {
            CHECK(array.read<std::uint16_t>({{0, 0, 0}, shape}, order).empty());
            CHECK_NOTHROW(array.read<std::uint16_t>({{0, 0, 0}, shape}, {}, order));
        }
    CHECK_NOTHROW(array.write<std::uint16_t>({{1, 0, 0}, {0, 3, 4}}, {}));
    std::vector<std::uint16_t> one(1);
    CHECK(message([&] { array.read<std::uint16_t>({{0, 0, 0}, {0, 3, 4}}, one); }) != "no error");
}

TEST_CASE("typed: a box of more voxels than any memory is refused", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    std::vector<std::uint16_t> memory(1);
    // 2^66 elements are 4 for whoever counts with 64 bits; 2^62 elements of two bytes are half of all addresses.
    for (const Index& shape : {Index{std::int64_t{1} << 33, std::int64_t{1} << 33, 1}, Index{1 << 30, 1 << 30, 4},
                               Index{1, 2, largest_coordinate}}) {
        const Box box{{0, 0, 0}, shape};
        CHECK(message([&] {
                  (void)array.read<std::uint16_t>(box);
              }).ends_with("too large for any memory: work on smaller boxes"));
        CHECK(message([&] { array.read<std::uint16_t>(box, memory); }).ends_with("work on smaller boxes"));
        CHECK(message([&] { array.write<std::uint16_t>(box, memory); }).ends_with("work on smaller boxes"));
        CHECK(message([&] { (void)array.voxel_count(box, DType::uint16); }).ends_with("work on smaller boxes"));
    }
}

TEST_CASE("typed: boxes that make no sense are refused before there is memory", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    CHECK(error_kind([&] { (void)array.read<std::uint16_t>({{0, 0, 0}, {2, -3, 4}}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { (void)array.read<std::uint16_t>({{0, 0}, {2, 3}}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { (void)array.read<std::uint16_t>({{0, 0, 0}, {2, 3}}); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { (void)array.read<std::uint16_t>({{-1, 0, 0}, {2, 3, 4}}); }) == ErrorKind::out_of_bounds);
    CHECK(error_kind([&] {
              array.write<std::uint16_t>({{1, 0, 0}, {2, 3, 4}}, counting(24));
          }) == ErrorKind::out_of_bounds);
}

TEST_CASE("typed: a box that reaches beyond the array reads as zero there", "[array]") {
    Array array = new_array(DType::uint16, {2, 2});
    array.write<std::uint16_t>({{0, 0}, {2, 2}}, counting(4));
    CHECK(array.read<std::uint16_t>({{1, 1}, {2, 2}}) == std::vector<std::uint16_t>{4, 0, 0, 0});
}

TEST_CASE("typed: arrays of many axes and of none", "[array]") {
    const Index shape{2, 3, 2, 3, 2, 1, 2, 3};
    Array array = new_array(DType::uint16, shape);
    const std::vector<std::uint16_t> written = counting(432);
    for (const Order order : {Order::F, Order::C}) {
        array.write<std::uint16_t>({Index::filled(8, 0), shape}, written, order);
        CHECK(array.read<std::uint16_t>({Index::filled(8, 0), shape}, order) == written);
    }
    Array point = new_array(DType::uint16, {});
    point.write<std::uint16_t>({}, counting(1));
    CHECK(point.read<std::uint16_t>({}) == counting(1));
}

TEST_CASE("typed: const memory is written from, in any layout", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    const std::vector<std::uint16_t> written = counting(24);
    array.write(whole, f_order_view(written.data(), whole.shape));
    CHECK(array.read<std::uint16_t>(whole) == written);
    // Backwards along every axis: the view begins at the last element.
    array.write(whole, strided_view(written.data() + 23, whole.shape, {-2, -4, -12}));
    CHECK(array.read<std::uint16_t>(whole) == std::vector<std::uint16_t>(written.rbegin(), written.rend()));
    const std::uint16_t seven = 7;
    array.write(whole, strided_view(&seven, whole.shape, {0, 0, 0}));
    CHECK(array.read<std::uint16_t>(whole) == std::vector<std::uint16_t>(24, 7));
}

TEST_CASE("typed: views are checked as far as they tell", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    std::vector<std::uint16_t> memory(24);
    std::uint16_t* const first = memory.data();
    const auto read = [&](const TypedView& view) { return message([&] { array.read(whole, view); }); };
    CHECK(read(f_order_view(first, whole.shape)) == "no error");
    CHECK(read(f_order_view(first, {2, 3, 3})).find("memory of shape (2, 3, 3)") == 0);
    CHECK(read(strided_view(first, whole.shape, {2, 4})).find("the list of strides has 2 entries") !=
          std::string::npos);
    CHECK(read(strided_view(first, whole.shape, {2, 4, 0})).find("overlap") != std::string::npos);
    CHECK(read(strided_view(first, whole.shape, {-1, 4, 12})).find("overlap") != std::string::npos);
    CHECK(read(f_order_view(static_cast<std::uint16_t*>(nullptr), whole.shape)).find("null") != std::string::npos);
    CHECK(message([&] {
              array.write(whole, f_order_view(static_cast<const std::uint16_t*>(nullptr), whole.shape));
          }).find("null") != std::string::npos);
}

TEST_CASE("typed: an mdspan is read into and written from", "[array]") {
    Array array = new_array(DType::uint16, {2, 3, 4});
    const std::vector<std::uint16_t> written = counting(48);
    // Every second element of the last axis, C order.
    array.write(whole, view_of(Mdspan<const std::uint16_t>{written.data(), {2, 3, 4}, {24, 8, 2}}));
    std::vector<std::uint16_t> found(24);
    array.read(whole, view_of(Mdspan<std::uint16_t>{found.data(), {2, 3, 4}, {12, 4, 1}}));
    for (std::size_t i = 0; i < 24; ++i) CHECK(found[i] == 2 * i + 1);
    const Mdspan<std::uint16_t> small{found.data(), {2, 3, 3}, {12, 4, 1}};
    CHECK(message([&] { array.read(whole, view_of(small)); }) != "no error");
    const Mdspan<const std::int16_t> other{nullptr, {2, 3, 4}, {12, 4, 1}};
    CHECK(message([&] { array.write(whole, view_of(other)); }) != "no error");
}

TEST_CASE("typed: the type of another library is an element once it is named", "[array]") {
    Array array = new_array(DType::float16, {2});
    array.write<Half>({{0}, {2}}, std::vector<Half>{{0x3c00}, {0xc000}});
    CHECK(array.read<Float16>({{0}, {2}}) == std::vector<Float16>{{0x3c00}, {0xc000}});
}
