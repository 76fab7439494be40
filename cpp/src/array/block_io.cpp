#include "array/block_io.hpp"

#include "array/scratch.hpp"
#include "codec/bounds.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// What headers and framing may add to a block, however small it is.
constexpr std::size_t framing = std::size_t{1} << 16;

// Other encoders may waste more than ours.
std::size_t longest_encoding(const CodecChain& chain, std::size_t block_bytes) {
    return saturating_sum(saturating_product(chain.encoded_bound(block_bytes), 2), framing);
}

void check_size(const CodecChain& chain, std::uint64_t found, std::size_t block_bytes) {
    if (chain.empty() && found != block_bytes)
        fail(ErrorKind::corrupt, "has ", found, " bytes where ", block_bytes, " are expected");
    if (!chain.empty() && found > longest_encoding(chain, block_bytes))
        fail(ErrorKind::corrupt, "has ", found, " bytes, more than any encoding of its ", block_bytes, " bytes");
}

}  // namespace

StridedView block_view(const ArrayMeta& meta, MutableBytes bytes) {
    return {bytes.data(), meta.block_shape, meta.layout.strides};
}

ConstStridedView block_view(const ArrayMeta& meta, ByteView bytes) {
    return {bytes.data(), meta.block_shape, meta.layout.strides};
}

ElementBits stored_fill(const ArrayMeta& meta) {
    return meta.layout.stored(meta.fill);
}

ByteRange span_of(const ArrayMeta& meta, const Box& in_block) {
    ByteRange span{0, meta.element_size()};
    for (std::size_t axis = 0; axis < in_block.rank(); ++axis) {
        const std::int64_t step = meta.layout.strides[axis];
        span.offset += static_cast<std::uint64_t>(in_block.offset[axis] * step);
        span.size += static_cast<std::uint64_t>((in_block.shape[axis] - 1) * step);
    }
    return span;
}

std::optional<ByteRange> find_block(const ArrayMeta& meta, const ShardReader& shard, std::size_t number) {
    const auto range = shard.index.find(number);
    if (range) check_size(shard.chain, range->size, meta.block_bytes());
    return range;
}

void decode_block(const ArrayMeta& meta, const CodecChain& chain, ByteView encoded, const BlockPart& part,
                  const StridedView& out) {
    const std::size_t size = meta.block_bytes();
    const bool swap = meta.layout.swap_bytes;
    chain.check_plausible(encoded, size);
    const StridedView straight{out.data, out.shape, meta.layout.strides};
    if (part.part == part.block && !swap && same_steps(straight, out)) return chain.decode(encoded, {out.data, size});
    const MutableBytes decoded = Scratch::mine().decoded.resize(size);
    chain.decode(encoded, decoded);
    copy_box(subview(block_view(meta, ByteView(decoded)), part.in_block()), out, meta.element_size(), swap);
}

}  // namespace voxbrick
