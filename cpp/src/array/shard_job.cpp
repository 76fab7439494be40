#include "shard_job.hpp"

#include <algorithm>

#include "block_io.hpp"
#include "scratch.hpp"

namespace voxbrick {
namespace {

// Where the bytes of a carried block lie in the old shard; nothing if it has none.
std::optional<ByteRange> carried_range(const ShardJob& job, std::size_t number) {
    if (job.blocks[number].source != NewBlock::Source::carried || !job.old) return std::nullopt;
    return job.old->index.find(number);
}

// `empty` stands for blocks that were never written, where the format stores those too.
std::vector<std::uint64_t> sizes_of(const ShardJob& job, ByteView empty) {
    std::vector<std::uint64_t> sizes(job.blocks.size());
    for (std::size_t number = 0; number < sizes.size(); ++number) {
        const auto carried = carried_range(job, number);
        sizes[number] = carried ? carried->size : job.blocks[number].size;
        if (sizes[number] == 0) sizes[number] = empty.size();
    }
    return sizes;
}

ByteView encode_empty_block(const ArrayMeta& meta, const ShardJob& job) {
    if (!meta.keeps_empty_blocks) return {};
    const MutableBytes block = Scratch::mine().decoded.resize(meta.block_bytes());
    fill_box(block_view(meta, block), stored_fill(meta));
    return job.chain.encode(block);
}

// Carried blocks that follow each other in the old shard are copied in one go.
void append_blocks(BlobWriter& writer, const ShardJob& job, ByteView empty) {
    ByteRange pending;
    const auto flush = [&] {
        if (pending.size > 0) writer.append_from(*job.old->blob, pending.offset, pending.size);
        pending.size = 0;
    };
    for (std::size_t number = 0; number < job.blocks.size(); ++number) {
        if (const auto carried = carried_range(job, number)) {
            if (pending.size == 0 || pending.end() != carried->offset) {
                flush();
                pending.offset = carried->offset;
            }
            pending.size += carried->size;
        } else {
            flush();
            writer.append(job.blocks[number].size > 0 ? job.blocks[number].view() : empty);
        }
    }
    flush();
}

}  // namespace

void store_shard(Store& store, const Format& format, const ArrayMeta& meta, const ShardJob& job, bool durable) {
    const ByteView empty_block = encode_empty_block(meta, job);
    const std::vector<std::uint64_t> sizes = sizes_of(job, empty_block);
    const bool empty = std::all_of(sizes.begin(), sizes.end(), [](std::uint64_t size) { return size == 0; });
    if (empty) return store.remove(job.key);
    const ShardFrame frame = format.frame(meta, sizes);
    store.replace(job.key, durable, [&](BlobWriter& writer) {
        writer.append(frame.head);
        append_blocks(writer, job, empty_block);
        writer.append(frame.tail);
    });
}

}  // namespace voxbrick
