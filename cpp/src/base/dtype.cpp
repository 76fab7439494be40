#include "voxbrick/base/dtype.hpp"

#include <array>

namespace voxbrick {
namespace {

struct Row {
    std::string_view name;
    std::size_t size;
};

// In the order of the enumeration.
constexpr std::array<Row, 12> rows{{{"bool", 1},
                                    {"int8", 1},
                                    {"int16", 2},
                                    {"int32", 4},
                                    {"int64", 8},
                                    {"uint8", 1},
                                    {"uint16", 2},
                                    {"uint32", 4},
                                    {"uint64", 8},
                                    {"float16", 2},
                                    {"float32", 4},
                                    {"float64", 8}}};

}  // namespace

std::size_t size_of(DType dtype) noexcept {
    return rows[static_cast<std::size_t>(dtype)].size;
}

std::string_view name_of(DType dtype) noexcept {
    return rows[static_cast<std::size_t>(dtype)].name;
}

std::optional<DType> dtype_from_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].name == name) return static_cast<DType>(i);
    return std::nullopt;
}

bool is_float(DType dtype) noexcept {
    return dtype >= DType::float16;
}

bool is_signed(DType dtype) noexcept {
    return is_float(dtype) || (dtype >= DType::int8 && dtype <= DType::int64);
}

}  // namespace voxbrick
