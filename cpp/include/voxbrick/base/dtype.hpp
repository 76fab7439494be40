// The voxel types that arrays can hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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
[[nodiscard]] std::size_t size_of(DType dtype) noexcept;

/// The name that numpy and Zarr v3 share: "bool", "uint8", "float32" ...
[[nodiscard]] std::string_view name_of(DType dtype) noexcept;

/// The type of that name, nothing if there is none.
[[nodiscard]] std::optional<DType> dtype_from_name(std::string_view name) noexcept;

[[nodiscard]] bool is_float(DType dtype) noexcept;
[[nodiscard]] bool is_signed(DType dtype) noexcept;

/// The DType of a C++ type, for typed containers: dtype_of<float>() == DType::float32.
template <class T>
[[nodiscard]] constexpr DType dtype_of() noexcept;

template <>
constexpr DType dtype_of<bool>() noexcept {
    return DType::boolean;
}
template <>
constexpr DType dtype_of<std::int8_t>() noexcept {
    return DType::int8;
}
template <>
constexpr DType dtype_of<std::int16_t>() noexcept {
    return DType::int16;
}
template <>
constexpr DType dtype_of<std::int32_t>() noexcept {
    return DType::int32;
}
template <>
constexpr DType dtype_of<std::int64_t>() noexcept {
    return DType::int64;
}
template <>
constexpr DType dtype_of<std::uint8_t>() noexcept {
    return DType::uint8;
}
template <>
constexpr DType dtype_of<std::uint16_t>() noexcept {
    return DType::uint16;
}
template <>
constexpr DType dtype_of<std::uint32_t>() noexcept {
    return DType::uint32;
}
template <>
constexpr DType dtype_of<std::uint64_t>() noexcept {
    return DType::uint64;
}
template <>
constexpr DType dtype_of<float>() noexcept {
    return DType::float32;
}
template <>
constexpr DType dtype_of<double>() noexcept {
    return DType::float64;
}

}  // namespace voxbrick
