// Comparing boxes of two arrays, in one pass over pieces as large as a block. Equal bytes of equally encoded blocks
// are not decoded. Pieces before one that differs are compared to their end, those behind it are left out: so the
// answer does not depend on the threads.
#include "array/difference.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <mutex>
#include <utility>

#include "array/block_io.hpp"
#include "array/reader.hpp"
#include "array/scratch.hpp"
#include "voxbrick/array/plan.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// Pieces are the larger blocks of both arrays, so that no block is decoded twice, but not larger than this.
constexpr std::int64_t largest_piece = std::int64_t{1} << 24;

// The bits of infinity, without its sign; 0 where all bits are of the value.
std::uint64_t infinity_of(DType dtype) {
    if (!is_float(dtype)) return 0;
    constexpr std::uint64_t half = 0x7c00, single = 0x7f80'0000, full = 0x7ff0'0000'0000'0000;
    return size_of(dtype) == 2 ? half : size_of(dtype) == 4 ? single : full;
}

// NaN equals NaN here, and 0 equals -0.
template <class Bits>
bool same_value(Bits a, Bits b, std::uint64_t infinity) {
    if (a == b || infinity == 0) return a == b;
    constexpr Bits magnitude = static_cast<Bits>(~Bits{0}) >> 1;
    a &= magnitude;
    b &= magnitude;
    return (a == 0 && b == 0) || (a > infinity && b > infinity);
}

template <class Bits>
std::optional<std::size_t> first_unequal_of(ByteView one, ByteView other, std::uint64_t infinity) {
    for (std::size_t at = 0; at < one.size(); at += sizeof(Bits)) {
        Bits a, b;
        std::memcpy(&a, one.data() + at, sizeof(Bits));
        std::memcpy(&b, other.data() + at, sizeof(Bits));
        if (!same_value(a, b, infinity)) return at;
    }
    return std::nullopt;
}

// The byte at which the first elements lie that are not equal.
std::optional<std::size_t> first_unequal(ByteView one, ByteView other, DType dtype) {
    if (std::memcmp(one.data(), other.data(), one.size()) == 0) return std::nullopt;
    const std::uint64_t infinity = infinity_of(dtype);
    switch (size_of(dtype)) {
        case 1:
            return first_unequal_of<std::uint8_t>(one, other, infinity);
        case 2:
            return first_unequal_of<std::uint16_t>(one, other, infinity);
        case 4:
            return first_unequal_of<std::uint32_t>(one, other, infinity);
        default:
            return first_unequal_of<std::uint64_t>(one, other, infinity);
    }
}

// An encoded block where it lies; nothing if it is absent.
struct StoredBlock {
    std::shared_ptr<const ShardReader> shard;
    std::optional<ByteRange> range;

    ByteView read(Buffer& buffer) const {
        const MutableBytes bytes = buffer.resize(range->size);
        shard->blob->read_at(range->offset, bytes);
        return bytes;
    }
};

StoredBlock stored_block(ArrayState& state, const ArrayMeta& meta, const Box& box) {
    const Plan plan(meta, box);
    const ShardPart part = plan.shard_part(0);
    return at_block(state, meta, part.shard, box.offset, [&]() -> StoredBlock {
        auto shard =
            state.shards().open(state.store(), state.format(), meta, part.shard, state.key_of(meta, part.shard));
        if (!shard) return {};
        const auto range = find_block(meta, *shard, plan.block_part(part, 0).number);
        return {std::move(shard), range};
    });
}

class Comparison {
  public:
    Comparison(ArrayState& state, const ArrayMeta& meta, const Box& box, const Counterpart& other)
        : state_(state), meta_(meta), box_(box), other_(other), equal_encoding_(encodes_equally()) {}

    std::optional<Index> run() {
        const Grid grid{piece_shape()};
        const Box pieces = grid.cells_touching(box_);
        first_ = static_cast<std::size_t>(product(pieces.shape));
        parallel_for(first_, [&](std::size_t i) {
            if (i < first_) compare(i, intersect(box_, grid.box_of(nth_index(pieces, static_cast<std::int64_t>(i)))));
        });
        return difference_;
    }

  private:
    // Whether blocks of both arrays correspond and are encoded alike.
    [[nodiscard]] bool encodes_equally() const {
        const ArrayMeta& meta = other_.meta;
        bool aligned = meta.block_shape == meta_.block_shape;
        for (std::size_t axis = 0; aligned && axis < box_.rank(); ++axis) {
            const std::int64_t shift = other_.where.offset[axis] - box_.offset[axis];
            aligned = other_.where.axes[axis] == static_cast<std::int64_t>(axis) && shift % meta.block_shape[axis] == 0;
        }
        return aligned && meta.data_format == meta_.data_format && meta.codecs == meta_.codecs &&
               meta.fill == meta_.fill && meta.bounds().contains(other_box(box_)) && meta_.bounds().contains(box_);
    }

    [[nodiscard]] Index piece_shape() const {
        Index shape = meta_.block_shape;
        for (std::size_t axis = 0; axis < other_.where.axes.rank(); ++axis)
            if (const std::int64_t ours = other_.where.axes[axis]; ours >= 0)
                shape[ours_of(ours)] = std::max(shape[ours_of(ours)], other_.meta.block_shape[axis]);
        return product(shape) > largest_piece ? meta_.block_shape : shape;
    }

    void compare(std::size_t ordinal, const Box& piece) {
        const ScratchLease lease;
        if (equal_encoding_ && has_same_bytes(piece)) return;
        Scratch& scratch = Scratch::mine();
        const Index strides = strides_of(piece.shape);
        const std::size_t size = static_cast<std::size_t>(product(piece.shape)) * meta_.element_size();
        const MutableBytes one = scratch.compared[0].resize(size);
        const MutableBytes other = scratch.compared[1].resize(size);
        read_box(state_, meta_, piece, {one.data(), piece.shape, strides});
        const Box there = other_box(piece);
        read_box(other_.state, other_.meta, there, {other.data(), there.shape, other_strides(strides)});
        if (const auto byte = first_unequal(one, other, meta_.dtype)) note(ordinal, position(piece, strides, *byte));
    }

    [[nodiscard]] bool has_same_bytes(const Box& piece) const {
        const StoredBlock one = stored_block(state_, meta_, piece);
        const StoredBlock other = stored_block(other_.state, other_.meta, other_box(piece));
        if (!one.range || !other.range) return !one.range && !other.range;
        if (one.range->size != other.range->size || one.shard->chain.empty() != other.shard->chain.empty())
            return false;
        Scratch& scratch = Scratch::mine();
        return std::ranges::equal(one.read(scratch.compared[0]), other.read(scratch.compared[1]));
    }

    void note(std::size_t ordinal, const Index& where) {
        const std::lock_guard lock(mutex_);
        if (ordinal >= first_) return;
        first_ = ordinal;
        difference_ = where;
    }

    [[nodiscard]] Box other_box(const Box& piece) const {
        Box box{other_.where.offset, Index::filled(other_.where.offset.rank(), 1)};
        for (std::size_t axis = 0; axis < box.rank(); ++axis) {
            const std::int64_t ours = other_.where.axes[axis];
            if (ours < 0) continue;
            box.offset[axis] += piece.offset[ours_of(ours)] - box_.offset[ours_of(ours)];
            box.shape[axis] = piece.shape[ours_of(ours)];
        }
        return box;
    }

    // Axes from the one with the largest steps in a block to that with the smallest.
    [[nodiscard]] std::vector<std::size_t> axes_by_step() const {
        std::vector<std::size_t> axes;
        for (std::size_t axis = 0; axis < box_.rank(); ++axis) axes.push_back(axis);
        std::ranges::stable_sort(axes, std::greater(), [&](std::size_t axis) { return meta_.layout.strides[axis]; });
        return axes;
    }

    // Pieces lie in memory as blocks do, so that these are decoded straight into it.
    [[nodiscard]] Index strides_of(const Index& shape) const {
        Index strides = shape;
        auto step = static_cast<std::int64_t>(meta_.element_size());
        const std::vector<std::size_t> axes = axes_by_step();
        for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) step *= std::exchange(strides[*axis], step);
        return strides;
    }

    [[nodiscard]] Index other_strides(const Index& strides) const {
        Index others = other_.where.axes;
        for (std::size_t axis = 0; axis < others.rank(); ++axis)
            others[axis] = others[axis] < 0 ? 0 : strides[ours_of(others[axis])];
        return others;
    }

    [[nodiscard]] Index position(const Box& piece, const Index& strides, std::size_t byte) const {
        Index position = piece.offset;
        auto rest = static_cast<std::int64_t>(byte);
        for (const std::size_t axis : axes_by_step()) {
            position[axis] += rest / strides[axis];
            rest %= strides[axis];
        }
        return position;
    }

    static std::size_t ours_of(std::int64_t axis) { return static_cast<std::size_t>(axis); }

    ArrayState& state_;
    const ArrayMeta& meta_;
    const Box& box_;
    const Counterpart& other_;
    bool equal_encoding_;
    std::mutex mutex_;                    // guards what follows
    std::atomic<std::size_t> first_ = 0;  // piece that differs, or their number; read without the mutex, too
    std::optional<Index> difference_;
};

}  // namespace

std::optional<Index> find_difference(ArrayState& state, const ArrayMeta& meta, const Box& box,
                                     const Counterpart& other) {
    return Comparison(state, meta, box, other).run();
}

}  // namespace voxbrick
