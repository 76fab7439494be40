// The voxel types that arrays can hold.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "voxbrick/base/export.hpp"

namespace voxbrick {

enum class DType : std::uint8_t {
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    float16,
    float32,
    float64,
};

/// Bytes of one element.
[[nodiscard]] constexpr std::size_t size_of(DType dtype) noexcept {
    switch (dtype) {
        case DType::boolean:
        case DType::int8:
        case DType::uint8:
            return 1;
        case DType::int16:
        case DType::uint16:
        case DType::float16:
            return 2;
        case DType::int32:
        case DType::uint32:
        case DType::float32:
            return 4;
        case DType::int64:
        case DType::uint64:
        case DType::float64:
            break;
    }
    return 8;
}

/// The name that numpy and Zarr v3 share: "bool", "uint8", "float32" ...
[[nodiscard]] VOXBRICK_API std::string_view name_of(DType dtype) noexcept;

/// The type of that name, nothing if there is none.
[[nodiscard]] VOXBRICK_API std::optional<DType> dtype_from_name(std::string_view name) noexcept;

[[nodiscard]] VOXBRICK_API bool is_float(DType dtype) noexcept;
[[nodiscard]] VOXBRICK_API bool is_signed(DType dtype) noexcept;

/// An element of a float16 array: the bits of an IEEE 754 binary16 number, in native byte order. C++20 has no such
/// type to compute with.
struct Float16 {
    std::uint16_t bits = 0;
    friend bool operator==(const Float16&, const Float16&) = default;
};

/// The DType of a C++ type, as `value`; no member for a type that no array holds. Integers are told by size and sign;
/// `char` and its kin are text, not numbers. A half-precision type of another library becomes known by
///
///     template <>
///     struct voxbrick::DTypeOf<Eigen::half> : voxbrick::DTypeIs<voxbrick::DType::float16> {};
template <class T>
struct DTypeOf {};

template <DType dtype>
using DTypeIs = std::integral_constant<DType, dtype>;

namespace dtype_detail {

template <class T, class... Types>
concept one_of = (std::same_as<T, Types> || ...);

template <class T>
concept signed_integer = one_of<T, signed char, short, int, long, long long>;
template <class T>
concept unsigned_integer = one_of<T, unsigned char, unsigned short, unsigned int, unsigned long, unsigned long long>;

constexpr DType of_size(std::size_t size, DType one, DType two, DType four, DType eight) noexcept {
    return size == 1 ? one : size == 2 ? two : size == 4 ? four : eight;
}

}  // namespace dtype_detail

template <dtype_detail::signed_integer T>
struct DTypeOf<T> : DTypeIs<dtype_detail::of_size(sizeof(T), DType::int8, DType::int16, DType::int32, DType::int64)> {};
template <dtype_detail::unsigned_integer T>
struct DTypeOf<T>
    : DTypeIs<dtype_detail::of_size(sizeof(T), DType::uint8, DType::uint16, DType::uint32, DType::uint64)> {};
template <>
struct DTypeOf<bool> : DTypeIs<DType::boolean> {};
template <>
struct DTypeOf<Float16> : DTypeIs<DType::float16> {};
template <>
struct DTypeOf<float> : DTypeIs<DType::float32> {};
template <>
struct DTypeOf<double> : DTypeIs<DType::float64> {};

/// A C++ type that voxels can have in memory.
template <class T>
concept Element = requires {
    { DTypeOf<T>::value } -> std::convertible_to<DType>;
}
&&std::is_trivially_copyable_v<T> && sizeof(T) == size_of(DTypeOf<T>::value);

/// dtype_of<float>() == DType::float32
template <Element T>
[[nodiscard]] constexpr DType dtype_of() noexcept {
    return DTypeOf<T>::value;
}

}  // namespace voxbrick
