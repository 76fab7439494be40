// The median of each cell: of an even number the mean of the middle two, which integers truncate toward zero.
#include <algorithm>
#include <array>
#include <limits>
#include <type_traits>
#include <vector>

#include "resample/kernel.hpp"
#include "resample/lanes.hpp"

namespace voxbrick {
namespace {

// The mean of two ordered numbers, without overflow.
template <class T, class V>
void mean_of_two(const V& low, const V& high, V& mean) noexcept {
    const V none{};
    if constexpr (std::is_floating_point_v<T>) {
        const V sum = low + high;
        mean = sum - sum == none ? sum / 2 : low / 2 + high / 2;
    } else {
        const auto either = static_cast<V>(low ^ high);
        const auto down = static_cast<V>((low & high) + (either >> 1));
        mean = down;
        if constexpr (std::is_signed_v<T>) mean = static_cast<V>(down < none ? down + (either & 1) : down);
    }
}

template <class V>
void order(V& a, V& b) noexcept {
    const V low = b < a ? b : a;
    b = b < a ? a : b;
    a = low;
}

// Sorts 1, 2 or 4 lanes against each other.
template <std::size_t size, class V>
void sort_lanes(V* lanes) noexcept {
    if constexpr (size >= 2) order(lanes[0], lanes[1]);
    if constexpr (size == 4) {
        order(lanes[2], lanes[3]);
        order(lanes[0], lanes[2]);
        order(lanes[1], lanes[3]);
        order(lanes[1], lanes[2]);
    }
}

// Leaves the middle two in the first lane of each half. With both halves sorted, the lower half of all is made of the
// smaller ones of each voxel and its opposite in the other half.
template <class V, std::size_t size>
void select_middle(std::array<V, size>& lanes) noexcept {
    constexpr std::size_t half = size / 2;
    sort_lanes<half>(lanes.data());
    sort_lanes<half>(lanes.data() + half);
    for (std::size_t k = 0; k < half; ++k) order(lanes[k], lanes[size - 1 - k]);
    for (std::size_t k = 1; k < half; ++k) order(lanes[k], lanes[0]);
    for (std::size_t k = 1; k < half; ++k) order(lanes[half], lanes[half + k]);
}

template <class T>
struct Median {
    template <class V, std::size_t size>
    void operator()(std::array<V, size>& lanes, V& result) const noexcept {
        auto is_nan = lanes[0] != lanes[0];
        for (const V& lane : lanes) is_nan = is_nan | (lane != lane);
        select_middle(lanes);
        mean_of_two<T>(lanes[0], lanes[size / 2], result);
        if constexpr (std::is_floating_point_v<T>) result = is_nan ? V{} + std::numeric_limits<T>::quiet_NaN() : result;
    }

    T operator()(std::vector<T>& voxels) const {
        const auto is_nan = [](T value) { return value != value; };
        if (std::any_of(voxels.begin(), voxels.end(), is_nan)) return std::numeric_limits<T>::quiet_NaN();
        const auto upper = voxels.begin() + static_cast<std::ptrdiff_t>(voxels.size() / 2);
        std::nth_element(voxels.begin(), upper, voxels.end());
        if (voxels.size() % 2 != 0) return *upper;
        T result;
        mean_of_two<T>(*std::max_element(voxels.begin(), upper), *upper, result);
        return result;
    }
};

}  // namespace

Kernel median_kernel(DType dtype) {
    return kernel_for(dtype, [](auto type) -> Kernel { return &sample<Median<decltype(type)>, decltype(type)>; });
}

}  // namespace voxbrick
