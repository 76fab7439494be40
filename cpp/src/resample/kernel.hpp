// A kernel makes a row of results out of rows of voxels. One kind of sampling, one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "voxbrick/base/dtype.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

/// Cells side by side: each is made of `factor` neighbours in every one of `rows`.
struct CellRow {
    std::span<const std::byte* const> rows;
    std::int64_t begin = 0;  // the first voxel of the first cell, in every row
    std::int64_t factor = 1;
    std::int64_t count = 0;  // cells
    std::byte* out = nullptr;

    template <class T>
    [[nodiscard]] const T* row(std::size_t number) const noexcept {
        return reinterpret_cast<const T*>(rows[number]) + begin;
    }
    template <class T>
    [[nodiscard]] T* result() const noexcept {
        return reinterpret_cast<T*>(out);
    }
    [[nodiscard]] std::int64_t voxels_per_cell() const noexcept {
        return static_cast<std::int64_t>(rows.size()) * factor;
    }
};

/// Rows and result are dense and aligned for their type.
using Kernel = void (*)(const CellRow&);

[[nodiscard]] Kernel median_kernel(DType dtype);
[[nodiscard]] Kernel mode_kernel(DType dtype);
[[nodiscard]] Kernel nearest_kernel(DType dtype);
[[nodiscard]] Kernel mean_kernel(DType dtype);
[[nodiscard]] Kernel max_kernel(DType dtype);
[[nodiscard]] Kernel min_kernel(DType dtype);

/// `choose` gets a value of the type and returns the kernel for it.
template <class Choose>
[[nodiscard]] Kernel kernel_for(DType dtype, const Choose& choose) {
    switch (dtype) {
        case DType::int8:
            return choose(std::int8_t{});
        case DType::int16:
            return choose(std::int16_t{});
        case DType::int32:
            return choose(std::int32_t{});
        case DType::int64:
            return choose(std::int64_t{});
        case DType::uint8:
            return choose(std::uint8_t{});
        case DType::uint16:
            return choose(std::uint16_t{});
        case DType::uint32:
            return choose(std::uint32_t{});
        case DType::uint64:
            return choose(std::uint64_t{});
        case DType::float32:
            return choose(float{});
        case DType::float64:
            return choose(double{});
        case DType::boolean:
        case DType::float16:
            break;
    }
    fail(ErrorKind::unsupported, std::string(name_of(dtype)), " voxels cannot be downsampled; convert them first");
}

}  // namespace voxbrick
