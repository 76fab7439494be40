// The largest and the smallest voxel of each cell.
#include <array>
#include <vector>

#include "resample/kernel.hpp"
#include "resample/lanes.hpp"

namespace voxbrick {
namespace {

enum class Which { largest, smallest };

template <Which which>
struct Extreme {
    // A NaN, which differs from itself, is better than anything.
    template <class V>
    static void improve(V& best, const V& value) noexcept {
        if constexpr (which == Which::largest)
            best = ((value > best) | (value != value)) ? value : best;
        else
            best = ((value < best) | (value != value)) ? value : best;
    }

    template <class Voxels>
    static void of(const Voxels& voxels, typename Voxels::value_type& best) noexcept {
        best = voxels[0];
        for (const auto& voxel : voxels) improve(best, voxel);
    }

    template <class V, std::size_t size>
    void operator()(const std::array<V, size>& lanes, V& result) const noexcept {
        of(lanes, result);
    }
    template <class T>
    T operator()(const std::vector<T>& voxels) const noexcept {
        T result;
        of(voxels, result);
        return result;
    }
};

}  // namespace

Kernel max_kernel(DType dtype) {
    return kernel_for(dtype, [](auto type) -> Kernel { return &sample<Extreme<Which::largest>, decltype(type)>; });
}

Kernel min_kernel(DType dtype) {
    return kernel_for(dtype, [](auto type) -> Kernel { return &sample<Extreme<Which::smallest>, decltype(type)>; });
}

}  // namespace voxbrick
