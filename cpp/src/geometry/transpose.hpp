// Transposes planes of elements in square tiles that fit vector registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace voxbrick {

template <class Word>
Word load(const std::byte* from) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    return word;
}

template <class Word>
void store(std::byte* to, Word word) noexcept {
    std::memcpy(to, &word, sizeof word);
}

/// A plane of rows * columns elements. In the source the elements of a row follow each other and rows are
/// `from_step` bytes apart; in the destination those of a column do, columns being `to_step` bytes apart.
struct Plane {
    std::int64_t rows;
    std::int64_t columns;
    std::int64_t from_step;
    std::int64_t to_step;
};

template <class Word>
void transpose_scalar(const std::byte* from, std::byte* to, const Plane& plane) noexcept {
    constexpr auto size = static_cast<std::int64_t>(sizeof(Word));
    for (std::int64_t column = 0; column < plane.columns; ++column)
        for (std::int64_t row = 0; row < plane.rows; ++row)
            store(to + column * plane.to_step + row * size, load<Word>(from + row * plane.from_step + column * size));
}

#if defined(__GNUC__)  // GCC and Clang share these vectors; elsewhere the scalar loop does it all

template <class Word>
struct Tile {
    static constexpr std::size_t side = 16 / sizeof(Word);
    using Vector [[gnu::vector_size(16)]] = Word;

    // Zips the low or the high halves of two vectors: a0 b0 a1 b1 ...
    template <std::size_t half, std::size_t... i>
    static Vector zip(Vector a, Vector b, std::index_sequence<i...>) noexcept {
        return __builtin_shufflevector(a, b, (half * side / 2 + i / 2 + (i % 2) * side)...);
    }

    // Zipping row i with row i + side/2, log2(side) times, is a transposition.
    static void transpose(const std::byte* from, std::int64_t from_step, std::byte* to, std::int64_t to_step) noexcept {
        Vector rows[side];
        for (std::size_t i = 0; i < side; ++i) rows[i] = load<Vector>(from + static_cast<std::int64_t>(i) * from_step);
        for (std::size_t round = 1; round < side; round *= 2) {
            Vector zipped[side];
            for (std::size_t i = 0; i < side / 2; ++i) {
                zipped[2 * i] = zip<0>(rows[i], rows[i + side / 2], std::make_index_sequence<side>());
                zipped[2 * i + 1] = zip<1>(rows[i], rows[i + side / 2], std::make_index_sequence<side>());
            }
            for (std::size_t i = 0; i < side; ++i) rows[i] = zipped[i];
        }
        for (std::size_t i = 0; i < side; ++i) store(to + static_cast<std::int64_t>(i) * to_step, rows[i]);
    }
};

template <class Word>
void transpose(const std::byte* from, std::byte* to, const Plane& plane) noexcept {
    constexpr auto size = static_cast<std::int64_t>(sizeof(Word));
    constexpr auto side = static_cast<std::int64_t>(Tile<Word>::side);
    const std::int64_t whole_rows = plane.rows / side * side;
    const std::int64_t whole_columns = plane.columns / side * side;
    // Rows inside columns: the destination is then written in its own order.
    for (std::int64_t column = 0; column < whole_columns; column += side)
        for (std::int64_t row = 0; row < whole_rows; row += side)
            Tile<Word>::transpose(from + row * plane.from_step + column * size, plane.from_step,
                                  to + column * plane.to_step + row * size, plane.to_step);
    const Plane right{plane.rows, plane.columns - whole_columns, plane.from_step, plane.to_step};
    transpose_scalar<Word>(from + whole_columns * size, to + whole_columns * plane.to_step, right);
    const Plane below{plane.rows - whole_rows, whole_columns, plane.from_step, plane.to_step};
    transpose_scalar<Word>(from + whole_rows * plane.from_step, to + whole_rows * size, below);
}

#else

template <class Word>
void transpose(const std::byte* from, std::byte* to, const Plane& plane) noexcept {
    transpose_scalar<Word>(from, to, plane);
}

#endif

}  // namespace voxbrick
