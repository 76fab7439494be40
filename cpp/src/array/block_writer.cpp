#include "array/block_writer.hpp"

#include "array/block_io.hpp"
#include "array/scratch.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

void read_old_block(const ArrayMeta& meta, const ShardReader& old, ByteRange range, MutableBytes decoded) {
    const MutableBytes encoded = Scratch::mine().encoded.resize(range.size);
    old.blob->read_at(range.offset, encoded);
    old.chain.check_plausible(encoded, meta.block_bytes());
    old.chain.decode(encoded, decoded);
}

// What the block holds before the new voxels come: only asked for where they do not cover it.
void prepare_block(const ArrayMeta& meta, const ShardJob& job, const BlockPart& part, MutableBytes decoded) {
    const bool covers_all_that_exists = part.part == intersect(part.block, meta.bounds());
    const auto range = job.old && !covers_all_that_exists ? find_block(meta, *job.old, part.number) : std::nullopt;
    if (range)
        read_old_block(meta, *job.old, *range, decoded);
    else
        fill_box(block_view(meta, decoded), stored_fill(meta));
}

MutableBytes gather(const ArrayMeta& meta, const ShardJob& job, const BlockPart& part, const ConstStridedView& in) {
    const MutableBytes decoded = Scratch::mine().decoded.resize(meta.block_bytes());
    if (part.part != part.block) prepare_block(meta, job, part, decoded);
    const StridedView target = subview(block_view(meta, decoded), part.in_block());
    copy_box(in, target, meta.element_size(), meta.layout.swap_bytes);
    return decoded;
}

}  // namespace

NewBlock encode_block(const ArrayMeta& meta, const ShardJob& job, const BlockPart& part, const ConstStridedView& in) {
    const MutableBytes decoded = gather(meta, job, part, in);
    if (!meta.keeps_empty_blocks && consists_of(decoded, stored_fill(meta))) return {NewBlock::Source::absent, {}};
    return {NewBlock::Source::encoded, job.chain.encode(decoded)};
}

std::vector<std::byte> encode_empty_block(const ArrayMeta& meta, const CodecChain& chain) {
    if (!meta.keeps_empty_blocks) return {};
    const ScratchLease lease;
    const MutableBytes block = Scratch::mine().decoded.resize(meta.block_bytes());
    fill_box(block_view(meta, block), stored_fill(meta));
    const ByteView encoded = chain.encode(block);
    return {encoded.begin(), encoded.end()};
}

void write_block_in_place(const ArrayMeta& meta, const ShardJob& job, const BlockPart& part,
                          const ConstStridedView& in) {
    const auto place = job.old->index.find(part.number);
    if (!place) fail(ErrorKind::corrupt, "has no place in its file");
    const ScratchLease lease;
    const ByteRange span = span_of(meta, part.in_block());
    const MutableBytes bytes = Scratch::mine().decoded.resize(span.size);
    const bool has_gaps = span.size != static_cast<std::uint64_t>(product(in.shape)) * meta.element_size();
    if (has_gaps) job.old->blob->read_at(place->offset + span.offset, bytes);
    copy_box(in, {bytes.data(), in.shape, meta.layout.strides}, meta.element_size(), meta.layout.swap_bytes);
    job.place->write_at(place->offset + span.offset, bytes);
}

}  // namespace voxbrick
