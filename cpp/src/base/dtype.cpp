#include "voxbrick/base/dtype.hpp"

#include <array>

namespace voxbrick {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 12> names{"bool",   "int8",   "int16",  "int32",   "int64",   "uint8",
                                                 "uint16", "uint32", "uint64", "float16", "float32", "float64"};

}  // namespace

std::string_view name_of(DType dtype) noexcept {
    return names[static_cast<std::size_t>(dtype)];
}

std::optional<DType> dtype_from_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<DType>(i);
    return std::nullopt;
}

bool is_float(DType dtype) noexcept {
    return dtype >= DType::float16;
}

bool is_signed(DType dtype) noexcept {
    return is_float(dtype) || (dtype >= DType::int8 && dtype <= DType::int64);
}

}  // namespace voxbrick
