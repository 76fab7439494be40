// The mean of each cell. That of integers is exact and rounded once, half to even, so that repeated downsampling does
// not drift. Floats are summed in double.
#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>
#include <vector>

#include "resample/kernel.hpp"
#include "resample/lanes.hpp"
#include "resample/multiversion.hpp"

namespace voxbrick {
namespace {

// A sum of integers, divided by their number while it is made so that it does not overflow: voxels are
// `whole * count + rest`, and the rests add up to little.
template <class T>
struct Mean {
    template <class V, std::size_t size>
    void operator()(const std::array<V, size>& lanes, V& result) const noexcept {
        constexpr int shift = std::countr_zero(size);
        constexpr auto mask = static_cast<T>(size - 1);
        V whole{};
        V rest{};
        for (const V& lane : lanes) {
            whole = static_cast<V>(whole + (lane >> shift));  // rounds down, also below zero
            rest = static_cast<V>(rest + (lane & mask));
        }
        whole = static_cast<V>(whole + (rest >> shift));
        result = whole;
        round_half_even(result, static_cast<V>(rest & mask), size / 2);
    }

    T operator()(const std::vector<T>& voxels) const noexcept {
        using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
        const auto count = static_cast<Wide>(voxels.size());
        Wide whole = 0;
        Wide rest = 0;
        for (const T voxel : voxels) {
            auto part = static_cast<Wide>(voxel);
            if constexpr (sizeof(T) == sizeof(Wide)) carry(whole, part, count);
            rest += part;
        }
        carry(whole, rest, count);
        if (rest > count - rest || (rest == count - rest && (whole & 1) != 0)) ++whole;
        return static_cast<T>(whole);
    }

  private:
    // Rounds `whole` up where the rest is more than half, or half and `whole` odd.
    template <class V>
    static void round_half_even(V& whole, const V& rest, T half) noexcept {
        const V none{};
        const auto up = (rest > half) | ((rest == half) & ((whole & 1) != none));
        whole = static_cast<V>(up ? whole + 1 : whole);
    }

    // Leaves 0 ... count - 1 in the rest.
    template <class Wide>
    static void carry(Wide& whole, Wide& rest, Wide count) noexcept {
        Wide quotient = rest / count;
        if (rest % count < 0) --quotient;
        whole += quotient;
        rest -= quotient * count;
    }
};

constexpr std::size_t segment = 256;  // cells that are summed at once

template <class T, class Factor>
void add_row(const T* row, double* sums, std::size_t cells, Factor factor) {
    for (std::size_t i = 0; i < cells; ++i)
        for (std::size_t j = 0; j < factor; ++j) sums[i] += static_cast<double>(row[i * factor + j]);
}

template <class T>
void mean_of_floats(const CellRow& cells) {
    const auto factor = static_cast<std::size_t>(cells.factor);
    const auto all = static_cast<std::size_t>(cells.count);
    std::array<double, segment> sums;
    for (std::size_t first = 0; first < all; first += segment) {
        const std::size_t count = std::min(segment, all - first);
        sums.fill(0);
        for (std::size_t k = 0; k < cells.rows.size(); ++k) {
            const T* row = cells.row<T>(k) + first * factor;
            if (factor == 2)
                add_row(row, sums.data(), count, std::integral_constant<std::size_t, 2>{});
            else
                add_row(row, sums.data(), count, factor);
        }
        for (std::size_t i = 0; i < count; ++i)
            cells.result<T>()[first + i] = static_cast<T>(sums[i] / static_cast<double>(cells.voxels_per_cell()));
    }
}

}  // namespace

Kernel mean_kernel(DType dtype) {
    return kernel_for(dtype, [](auto type) -> Kernel {
        using T = decltype(type);
        if constexpr (std::is_floating_point_v<T>)
            return &call_best_version<mean_of_floats<T>>;
        else
            return &sample<Mean<T>, T>;
    });
}

}  // namespace voxbrick
