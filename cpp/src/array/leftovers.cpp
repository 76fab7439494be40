#include "array/leftovers.hpp"

#include <algorithm>
#include <atomic>

#include "array/block_reader.hpp"
#include "array/scratch.hpp"
#include "array/writer.hpp"
#include "voxbrick/array/plan.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace voxbrick {
namespace {

// So many shards are asked for one by one. Where there could be more, all that is stored is listed, which takes longer
// the larger the array is, however little it grows.
constexpr std::int64_t most_questions = std::int64_t{1} << 16;

// Sees whether anything but the fill value is stored.
class FillSink final : public BlockSink {
  public:
    explicit FillSink(const ArrayMeta& meta) : meta_(meta) {}

    StridedView room_for(const Box& part) override {
        const auto unit = static_cast<std::int64_t>(meta_.element_size());
        const MutableBytes bytes = Scratch::mine().voxels.resize(static_cast<std::size_t>(product(part.shape) * unit));
        return {bytes.data(), part.shape, f_order_strides(part.shape, unit)};
    }

    void arrived(const StridedView& room) override {
        const std::size_t size = static_cast<std::size_t>(product(room.shape)) * meta_.element_size();
        if (!consists_of(ByteView(room.data, size), meta_.fill)) only_fill_ = false;
    }

    void absent(const Box&) override {}

    [[nodiscard]] bool only_fill() const { return only_fill_; }

  private:
    const ArrayMeta& meta_;
    std::atomic<bool> only_fill_ = true;
};

// The same array, so large that its leftovers lie in it.
SharedMeta widened(const ArrayMeta& meta, const Box& region) {
    auto wide = std::make_shared<ArrayMeta>(meta);
    for (std::size_t axis = 0; axis < region.rank(); ++axis)
        wide->shape[axis] = std::max(meta.shape[axis], region.end(axis));
    return wide;
}

class Leftovers {
  public:
    Leftovers(ArrayState& state, const ArrayMeta& meta, const Box& region, const StoreLock& lock)
        : state_(state), lock_(lock), bounds_(meta.bounds()), region_(region), meta_(widened(meta, region)) {}

    // Few shards keep all threads busy one after the other, many do so together.
    void clear() {
        const std::vector<Index> shards = stored(cells_beyond());
        const auto clear_one = [&](std::size_t i) { clear_shard(shards[i]); };
        if (shards.size() >= thread_count()) return parallel_for(shards.size(), clear_one);
        for (std::size_t i = 0; i < shards.size(); ++i) clear_one(i);
    }

  private:
    // The shards of the region that do not lie in the array as a whole.
    [[nodiscard]] std::vector<Box> cells_beyond() const {
        const Box touched = Grid{meta_->shard_shape}.cells_touching(region_);
        Box inner = touched;
        for (std::size_t axis = 0; axis < inner.rank(); ++axis)
            if (bounds_.end(axis) < region_.end(axis)) inner.shape[axis] = bounds_.end(axis) / meta_->shard_shape[axis];
        return outside(touched, inner);
    }

    [[nodiscard]] std::vector<Index> stored(const std::vector<Box>& cells) const {
        if (!are_few(cells)) return listed(cells);
        std::vector<Index> shards;
        for (const Box& box : cells)
            for (std::int64_t i = 0; i < product(box.shape); ++i) shards.push_back(nth_index(box, i));
        return existing(shards);
    }

    // Their number may be larger than any integer.
    [[nodiscard]] static bool are_few(const std::vector<Box>& cells) {
        std::int64_t left = most_questions;
        for (const Box& box : cells) {
            std::int64_t most = left;
            for (const std::int64_t extent : box.shape) most /= extent;
            if (most == 0) return false;
            left -= product(box.shape);
        }
        return true;
    }

    [[nodiscard]] std::vector<Index> listed(const std::vector<Box>& cells) const {
        std::vector<Index> shards = state_.stored_shards(*meta_);
        std::erase_if(shards, [&](const Index& shard) {
            const Box cell{shard, Index::filled(shard.rank(), 1)};
            return std::none_of(cells.begin(), cells.end(), [&](const Box& box) { return box.contains(cell); });
        });
        return shards;
    }

    [[nodiscard]] std::vector<Index> existing(const std::vector<Index>& shards) const {
        std::vector<char> found(shards.size());
        parallel_for(shards.size(),
                     [&](std::size_t i) { found[i] = state_.store().version(key_of(shards[i])).has_value(); });
        std::vector<Index> result;
        for (std::size_t i = 0; i < shards.size(); ++i)
            if (found[i]) result.push_back(shards[i]);
        return result;
    }

    void clear_shard(const Index& shard) {
        const Box box = Grid{meta_->shard_shape}.box_of(shard);
        if (intersect(box, bounds_).empty()) return state_.store().remove(key_of(shard), false);
        for (const Box& piece : outside(intersect(box, region_), bounds_))
            if (!is_fill(piece)) fill(piece);
    }

    [[nodiscard]] bool is_fill(const Box& piece) const {
        FillSink sink(*meta_);
        read_blocks(state_, *meta_, piece, sink);
        return sink.only_fill();
    }

    void fill(const Box& piece) {
        const ConstStridedView fill{meta_->fill.bytes.data(), piece.shape, Index::filled(piece.rank(), 0)};
        write_box_locked(state_, meta_, piece, fill, false, lock_);
    }

    [[nodiscard]] std::string key_of(const Index& shard) const { return state_.key_of(*meta_, shard); }

    ArrayState& state_;
    const StoreLock& lock_;
    Box bounds_;
    Box region_;
    SharedMeta meta_;
};

}  // namespace

void clear_leftovers(ArrayState& state, const ArrayMeta& meta, const Box& region, const StoreLock& lock) {
    if (!meta.bounds().contains(region)) Leftovers(state, meta, region, lock).clear();
}

}  // namespace voxbrick
