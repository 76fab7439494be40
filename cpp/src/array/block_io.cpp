#include "block_io.hpp"

#include "scratch.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

void check_size(std::size_t found, std::size_t expected) {
    if (found != expected) fail(ErrorKind::corrupt, "has ", found, " bytes where ", expected, " are expected");
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

void decode_block(const ArrayMeta& meta, const CodecChain& chain, ByteView encoded, const BlockPart& part,
                  const StridedView& out) {
    const std::size_t size = meta.block_bytes();
    const bool swap = meta.layout.swap_bytes;
    if (chain.empty()) {
        check_size(encoded.size(), size);
        return copy_box(subview(block_view(meta, encoded), part.in_block()), out, meta.element_size(), swap);
    }
    chain.check_plausible(encoded, size);
    const StridedView straight{out.data, out.shape, meta.layout.strides};
    if (part.part == part.block && !swap && same_steps(straight, out)) return chain.decode(encoded, {out.data, size});
    const MutableBytes decoded = Scratch::mine().decoded.resize(size);
    chain.decode(encoded, decoded);
    copy_box(subview(block_view(meta, ByteView(decoded)), part.in_block()), out, meta.element_size(), swap);
}

}  // namespace voxbrick
