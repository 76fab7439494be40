// The most frequent value of each cell, of several the smallest.
//
// Voxels are seen as unsigned integers in the same order ("keys"), which makes four types of ten. In volumes of labels
// most cells hold one value only, so that is asked first.
#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "resample/kernel.hpp"
#include "resample/lanes.hpp"

namespace voxbrick {
namespace {

template <std::size_t size>
using WordOf = std::conditional_t<
    size == 1, std::uint8_t,
    std::conditional_t<size == 2, std::uint16_t, std::conditional_t<size == 4, std::uint32_t, std::uint64_t>>>;

// From the bits of a number to its key and back, for numbers and vectors of them.
template <class T>
struct Keys {
    using Word = WordOf<sizeof(T)>;
    static constexpr Word sign = static_cast<Word>(Word{1} << (8 * sizeof(T) - 1));

    template <class V>
    static void to_key(V& bits) noexcept {
        if constexpr (std::is_floating_point_v<T>)
            bits = static_cast<V>((bits & sign) != 0 ? ~bits : bits | sign);
        else if constexpr (std::is_signed_v<T>)
            bits = static_cast<V>(bits ^ sign);
    }
    template <class V>
    static void from_key(V& key) noexcept {
        if constexpr (std::is_floating_point_v<T>)
            key = static_cast<V>((key & sign) != 0 ? key ^ sign : ~key);
        else if constexpr (std::is_signed_v<T>)
            key = static_cast<V>(key ^ sign);
    }
};

// `keys` is left sorted.
template <class Word>
Word most_frequent(std::vector<Word>& keys) {
    std::sort(keys.begin(), keys.end());
    Word best = keys[0];
    std::ptrdiff_t most = 0;
    for (auto run = keys.begin(); run != keys.end();) {
        const auto next = std::find_if(run, keys.end(), [run](Word key) { return key != *run; });
        if (next - run > most) best = *run;
        most = std::max(most, next - run);
        run = next;
    }
    return best;
}

template <class V, std::size_t size>
bool uniform(const std::array<V, size>& lanes) noexcept {
    V differences = static_cast<V>(lanes[0] ^ lanes[1]);
    for (std::size_t k = 2; k < size; ++k) differences = static_cast<V>(differences | (lanes[k] ^ lanes[0]));
    const V none{};
    return std::memcmp(&differences, &none, sizeof(V)) == 0;
}

// Counts how often the keys of each lane come again in the lanes after it. The first of equal keys counts all of them.
template <class V, std::size_t size>
void most_frequent(const std::array<V, size>& lanes, V& best) noexcept {
    const V none{};
    V most = none;
    best = lanes[size - 1];
    for (std::size_t a = size - 1; a-- > 0;) {
        V again = none;
        for (std::size_t b = a + 1; b < size; ++b) again = static_cast<V>(lanes[b] == lanes[a] ? again + 1 : again);
        const auto wins = (again > most) | ((again == most) & (lanes[a] < best));
        best = wins ? lanes[a] : best;
        most = wins ? again : most;
    }
}

template <class T>
struct Mode {
    using Word = typename Keys<T>::Word;

    template <class V, std::size_t size>
    void operator()(std::array<V, size>& lanes, V& result) const noexcept {
        result = lanes[0];
        if (uniform(lanes)) return;
        for (V& lane : lanes) Keys<T>::to_key(lane);
        most_frequent(lanes, result);
        Keys<T>::from_key(result);
    }

    Word operator()(std::vector<Word>& voxels) const {
        if (std::equal(voxels.begin() + 1, voxels.end(), voxels.begin())) return voxels[0];
        for (Word& voxel : voxels) Keys<T>::to_key(voxel);
        Word result = most_frequent(voxels);
        Keys<T>::from_key(result);
        return result;
    }
};

}  // namespace

Kernel mode_kernel(DType dtype) {
    return kernel_for(dtype, [](auto type) -> Kernel {
        using Method = Mode<decltype(type)>;
        return &sample<Method, typename Method::Word>;
    });
}

}  // namespace voxbrick
