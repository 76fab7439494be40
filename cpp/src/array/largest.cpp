#include "array/largest.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <mutex>

#include "array/block_reader.hpp"
#include "array/scratch.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// Several lanes, as one comparison has to wait for the one before it.
template <class T>
T largest_of_dense(const T* voxels, std::size_t count) {
    constexpr std::size_t lanes = 128 / sizeof(T);
    std::array<T, lanes> largest;
    largest.fill(voxels[0]);
    std::size_t next = 0;
    for (; next + lanes <= count; next += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const T voxel = voxels[next + lane];  // by value, or GCC compares in memory
            largest[lane] = largest[lane] < voxel ? voxel : largest[lane];
        }
    }
    T result = *std::max_element(largest.begin(), largest.end());
    for (; next < count; ++next) result = std::max(result, voxels[next]);
    return result;
}

template <class T>
class LargestSink final : public BlockSink {
  public:
    explicit LargestSink(const ArrayMeta& meta) : meta_(meta) {}

    // Whole blocks lie there as they are stored, so that most need no copy.
    StridedView room_for(const Box& part) override {
        const auto unit = static_cast<std::int64_t>(sizeof(T));
        const MutableBytes bytes = Scratch::mine().voxels.resize(static_cast<std::size_t>(product(part.shape) * unit));
        const bool whole = part.shape == meta_.block_shape;
        return {bytes.data(), part.shape, whole ? meta_.layout.strides : f_order_strides(part.shape, unit)};
    }

    void arrived(const StridedView& room) override {
        take(largest_of_dense(reinterpret_cast<const T*>(room.data), static_cast<std::size_t>(product(room.shape))));
    }

    void absent(const Box&) override {
        T fill;
        std::memcpy(&fill, meta_.fill.bytes.data(), sizeof(T));
        take(fill);
    }

    void take(T voxel) {
        const std::lock_guard lock(mutex_);
        largest_ = std::max(largest_, voxel);
    }

    [[nodiscard]] ElementBits result() const {
        ElementBits bits{{}, sizeof(T)};
        std::memcpy(bits.bytes.data(), &largest_, sizeof(T));
        return bits;
    }

  private:
    const ArrayMeta& meta_;
    std::mutex mutex_;
    T largest_ = std::numeric_limits<T>::lowest();
};

template <class T>
ElementBits largest_of(ArrayState& state, const ArrayMeta& meta, const Box& box) {
    LargestSink<T> sink(meta);
    const Box inside = intersect(box, meta.bounds());
    if (inside != box) sink.take(T{});  // beyond the array voxels are zero
    if (!inside.empty()) read_blocks(state, meta, inside, sink);
    return sink.result();
}

}  // namespace

ElementBits largest_in_box(ArrayState& state, const ArrayMeta& meta, const Box& box) {
    switch (meta.dtype) {
        case DType::int8:
            return largest_of<std::int8_t>(state, meta, box);
        case DType::int16:
            return largest_of<std::int16_t>(state, meta, box);
        case DType::int32:
            return largest_of<std::int32_t>(state, meta, box);
        case DType::int64:
            return largest_of<std::int64_t>(state, meta, box);
        case DType::boolean:  // stored as 0 or 1
        case DType::uint8:
            return largest_of<std::uint8_t>(state, meta, box);
        case DType::uint16:
            return largest_of<std::uint16_t>(state, meta, box);
        case DType::uint32:
            return largest_of<std::uint32_t>(state, meta, box);
        case DType::uint64:
            return largest_of<std::uint64_t>(state, meta, box);
        case DType::float16:
        case DType::float32:
        case DType::float64:
            break;
    }
    fail(ErrorKind::unsupported, state.description(), " holds ", name_of(meta.dtype),
         ", but the largest voxel is looked for among integers only");
}

}  // namespace voxbrick
