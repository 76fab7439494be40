// The hot copy loops. A copy is one of three things: rows that are dense on both sides (memcpy), planes
// that are dense along different axes (tiled transposition), or single elements.
#include "voxbrick/geometry/strided.hpp"

#include <cstring>

#include "geometry/transpose.hpp"
#include "geometry/walk.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// Calls body with a value of the unsigned type of `element_size` bytes.
template <class Body>
void with_word(std::size_t element_size, const Body& body) {
    switch (element_size) {
        case 1:
            return body(std::uint8_t{});
        case 2:
            return body(std::uint16_t{});
        case 4:
            return body(std::uint32_t{});
        case 8:
            return body(std::uint64_t{});
        default:
            fail(ErrorKind::invalid_argument, "elements have 1, 2, 4 or 8 bytes, not ", element_size);
    }
}

template <class Word>
Word reversed(Word word) noexcept {
    Word result = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        result = static_cast<Word>(result | (((word >> (8 * i)) & 0xff) << (8 * (sizeof(Word) - 1 - i))));
    return result;
}

// Rows of blocks are short and mostly of these lengths: fixed sizes spare the call.
void copy_bytes(std::byte* to, const std::byte* from, std::size_t size) noexcept {
    switch (size) {
        case 16:
            std::memcpy(to, from, 16);
            return;
        case 32:
            std::memcpy(to, from, 32);
            return;
        case 64:
            std::memcpy(to, from, 64);
            return;
        case 128:
            std::memcpy(to, from, 128);
            return;
        default:
            std::memcpy(to, from, size);
    }
}

template <class Word>
void copy_rows(const Walk& walk) {
    const auto bytes = static_cast<std::size_t>(walk.axes[0].extent) * sizeof(Word);
    for_each_from(walk, 1, [bytes](const std::byte* from, std::byte* to) { copy_bytes(to, from, bytes); });
}

template <class Word>
void copy_planes(Walk walk, std::size_t source_axis) {
    walk.move_to_second(source_axis);
    const Plane plane{walk.axes[0].extent, walk.axes[1].extent, walk.axes[0].from, walk.axes[1].to};
    for_each_from(walk, 2, [&plane](const std::byte* from, std::byte* to) { transpose<Word>(from, to, plane); });
}

template <class Word, bool swap>
void copy_elements(const Walk& walk) {
    const WalkAxis row = walk.axes[0];
    for_each_from(walk, 1, [&row](const std::byte* from, std::byte* to) {
        for (std::int64_t i = 0; i < row.extent; ++i) {
            const auto word = load<Word>(from + i * row.from);
            store(to + i * row.to, swap ? reversed(word) : word);
        }
    });
}

template <class Word>
void copy_words(const Walk& walk) {
    constexpr auto size = static_cast<std::int64_t>(sizeof(Word));
    const std::size_t source_axis = walk.fastest_source_axis();
    const bool dense = walk.rank > 0 && walk.axes[0].to == size && walk.axes[source_axis].from == size;
    if (dense && source_axis == 0)
        copy_rows<Word>(walk);
    else if (dense)
        copy_planes<Word>(walk, source_axis);
    else
        copy_elements<Word, false>(walk);
}

template <class Word>
void fill_rows(const Walk& walk) {
    const std::int64_t extent = walk.axes[0].extent;
    const auto bits = load<Word>(walk.from);
    for_each_from(walk, 1, [=](const std::byte*, std::byte* row) {
        if (bits == 0)
            std::memset(row, 0, static_cast<std::size_t>(extent) * sizeof(Word));
        else
            for (std::int64_t i = 0; i < extent; ++i) store(row + i * static_cast<std::int64_t>(sizeof(Word)), bits);
    });
}

bool has_no_elements(const Index& shape) {
    return Box{shape, shape}.empty();
}

}  // namespace

bool ElementBits::is_zero() const noexcept {
    return bytes == std::array<std::byte, 8>{};
}

StridedView subview(const StridedView& view, const Box& box) noexcept {
    std::byte* data = view.data;
    for (std::size_t axis = 0; axis < box.rank(); ++axis) data += box.offset[axis] * view.strides[axis];
    return {data, box.shape, view.strides};
}

ConstStridedView subview(const ConstStridedView& view, const Box& box) noexcept {
    const std::byte* data = view.data;
    for (std::size_t axis = 0; axis < box.rank(); ++axis) data += box.offset[axis] * view.strides[axis];
    return {data, box.shape, view.strides};
}

bool same_steps(const ConstStridedView& a, const ConstStridedView& b) noexcept {
    for (std::size_t axis = 0; axis < a.shape.rank(); ++axis)
        if (a.shape[axis] > 1 && a.strides[axis] != b.strides[axis]) return false;
    return true;
}

void copy_box(const ConstStridedView& from, const StridedView& to, std::size_t element_size, bool swap_bytes) {
    if (has_no_elements(to.shape)) return;
    const Walk walk(from, to);
    with_word(element_size, [&](auto word) {
        using Word = decltype(word);
        if (swap_bytes && sizeof(Word) > 1)
            copy_elements<Word, true>(walk);
        else
            copy_words<Word>(walk);
    });
}

void fill_box(const StridedView& to, const ElementBits& value) {
    if (has_no_elements(to.shape)) return;
    // A source that stands still: every step of it is zero.
    const Walk walk({value.bytes.data(), to.shape, Index::filled(to.shape.rank(), 0)}, to);
    with_word(value.size, [&](auto word) {
        using Word = decltype(word);
        if (walk.axes[0].to == static_cast<std::int64_t>(sizeof(Word)))
            fill_rows<Word>(walk);
        else
            copy_elements<Word, false>(walk);
    });
}

bool consists_of(ByteView bytes, const ElementBits& value) noexcept {
    if (bytes.size() < value.size) return bytes.empty();
    const bool begins = std::memcmp(bytes.data(), value.bytes.data(), value.size) == 0;
    return begins && std::memcmp(bytes.data(), bytes.data() + value.size, bytes.size() - value.size) == 0;
}

}  // namespace voxbrick
