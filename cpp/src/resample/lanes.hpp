// Cells of 2, 4 or 8 voxels, as many at once as a vector has elements: lane k holds the k-th voxel of each of them.
//
// A method is written once, for vectors and for single numbers; operators and ?: go element by element. Single numbers
// are for what is left of a row, and for compilers without such vectors.
#pragma once

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "resample/kernel.hpp"
#include "resample/multiversion.hpp"

namespace voxbrick {

#if defined(__GNUC__)  // GCC and Clang share these vectors
template <class T>
struct Vector {
    using type [[gnu::vector_size(32)]] = T;
};

template <class V, std::size_t... i>
void separate(const V& low, const V& high, V& even, V& odd, std::index_sequence<i...> /*elements*/) noexcept {
    even = __builtin_shufflevector(low, high, (2 * i)...);
    odd = __builtin_shufflevector(low, high, (2 * i + 1)...);
}
#else
template <class T>
struct Vector {
    using type = T;
};
#endif

/// The voxels `from` points to, every other one in a lane of its own.
template <class V, class T>
void load_pairs(const T* from, V& even, V& odd) noexcept {
    constexpr std::size_t width = sizeof(V) / sizeof(T);
    if constexpr (width == 1) {
        even = from[0];
        odd = from[1];
    } else {
        V low;
        V high;
        std::memcpy(&low, from, sizeof low);
        std::memcpy(&high, from + width, sizeof high);
        separate(low, high, even, odd, std::make_index_sequence<width>());
    }
}

template <class T, class V, std::size_t size>
void load_lanes(const CellRow& cells, std::int64_t first, std::array<V, size>& lanes) noexcept {
    if (cells.factor == 1)
        for (std::size_t k = 0; k < size; ++k) std::memcpy(&lanes[k], cells.row<T>(k) + first, sizeof(V));
    else
        for (std::size_t k = 0; k < size / 2; ++k)
            load_pairs(cells.row<T>(k) + 2 * first, lanes[2 * k], lanes[2 * k + 1]);
}

/// Whether the cells have that many voxels, and lie so that they can be loaded into lanes.
[[nodiscard]] inline bool fits_lanes(const CellRow& cells, std::size_t size) noexcept {
    return cells.factor <= 2 && cells.voxels_per_cell() == static_cast<std::int64_t>(size);
}

template <class V, class T, std::size_t size, class Method>
void sample_at(const CellRow& cells, std::int64_t first, const Method& method) {
    std::array<V, size> lanes;
    load_lanes<T>(cells, first, lanes);
    V result;
    method(lanes, result);
    std::memcpy(cells.result<T>() + first, &result, sizeof result);
}

/// Results of cells that fit. `method(lanes, result)` may change the lanes.
template <class Method, class T, std::size_t size>
void sample_lanes(const CellRow& cells) {
    using V = typename Vector<T>::type;
    constexpr auto width = static_cast<std::int64_t>(sizeof(V) / sizeof(T));
    std::int64_t first = 0;
    for (; first + width <= cells.count; first += width) sample_at<V, T, size>(cells, first, Method{});
    for (; first < cells.count; ++first) sample_at<T, T, size>(cells, first, Method{});
}

/// Results of any cells, one after the other: `method(voxels)` gets those of a cell, and may change them.
template <class Method, class T>
void sample_one_by_one(const CellRow& cells) {
    std::vector<T> voxels;
    for (std::int64_t cell = 0; cell < cells.count; ++cell) {
        voxels.clear();
        for (std::size_t k = 0; k < cells.rows.size(); ++k) {
            const T* begin = cells.row<T>(k) + cell * cells.factor;
            voxels.insert(voxels.end(), begin, begin + cells.factor);
        }
        cells.result<T>()[cell] = Method{}(voxels);
    }
}

template <class Method, class T>
void sample(const CellRow& cells) {
    if (fits_lanes(cells, 8)) return call_best_version<sample_lanes<Method, T, 8>>(cells);
    if (fits_lanes(cells, 4)) return call_best_version<sample_lanes<Method, T, 4>>(cells);
    if (fits_lanes(cells, 2)) return call_best_version<sample_lanes<Method, T, 2>>(cells);
    sample_one_by_one<Method, T>(cells);
}

}  // namespace voxbrick
