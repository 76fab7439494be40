#include "voxbrick/format/shard_index.hpp"

#include <limits>
#include <utility>

#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::uint64_t absent = std::numeric_limits<std::uint64_t>::max();

}  // namespace

ShardIndex ShardIndex::whole(std::uint64_t object_size) {
    return part(object_size, ByteRange{0, object_size});
}

ShardIndex ShardIndex::part(std::uint64_t object_size, const std::optional<ByteRange>& block) {
    ShardIndex index;
    index.object_size_ = object_size;
    index.part_ = block;
    return index;
}

ShardIndex ShardIndex::computed(std::uint64_t object_size, std::uint64_t first, std::uint64_t block_bytes,
                                std::size_t count) {
    ShardIndex index;
    index.kind_ = Kind::computed;
    index.object_size_ = object_size;
    index.first_ = first;
    index.block_bytes_ = block_bytes;
    index.count_ = count;
    return index;
}

ShardIndex ShardIndex::ends(std::uint64_t object_size, std::uint64_t first, std::vector<std::uint64_t> ends,
                            std::uint64_t block_limit) {
    ShardIndex index = computed(object_size, first, block_limit, ends.size());
    index.kind_ = Kind::ends;
    index.entries_ = std::move(ends);
    return index;
}

ShardIndex ShardIndex::table(std::uint64_t object_size, std::vector<std::uint64_t> pairs) {
    ShardIndex index = whole(object_size);
    index.kind_ = Kind::table;
    index.count_ = pairs.size() / 2;
    index.entries_ = std::move(pairs);
    return index;
}

std::optional<ByteRange> ShardIndex::find(std::size_t number) const {
    if (number >= count_) fail(ErrorKind::invalid_argument, "there is no block ", number, " among ", count_);
    switch (kind_) {
        case Kind::part:
            return find_part();
        case Kind::computed:
            return find_computed(number);
        case Kind::ends:
            return find_between_ends(number);
        case Kind::table:
            break;
    }
    return find_in_table(number);
}

std::optional<ByteRange> ShardIndex::find_part() const {
    if (!part_) return std::nullopt;
    if (object_size_ == 0) fail(ErrorKind::corrupt, "the file is empty");
    if (part_->size == 0 || part_->size > object_size_ || part_->offset > object_size_ - part_->size)
        fail(ErrorKind::corrupt, "the block's ", part_->size, " bytes from byte ", part_->offset,
             " on are no part of a file of ", object_size_, " bytes");
    return part_;
}

ByteRange ShardIndex::find_computed(std::size_t number) const {
    if (first_ > object_size_ || number >= (object_size_ - first_) / block_bytes_)
        fail(ErrorKind::corrupt, "the file ends after ", object_size_, " bytes, before the end of block ", number);
    return {first_ + number * block_bytes_, block_bytes_};
}

ByteRange ShardIndex::find_between_ends(std::size_t number) const {
    const std::uint64_t begin = number == 0 ? first_ : entries_[number - 1];
    const std::uint64_t end = entries_[number];
    if (begin < first_ || end <= begin || end > object_size_ || end - begin > block_bytes_)
        fail(ErrorKind::corrupt, "the jump table has block ", number, " at bytes ", begin, " to ", end,
             "; blocks lie between ", first_, " and ", object_size_, " and have 1 to ", block_bytes_, " bytes");
    return {begin, end - begin};
}

std::optional<ByteRange> ShardIndex::find_in_table(std::size_t number) const {
    const ByteRange range{entries_[2 * number], entries_[2 * number + 1]};
    if (range.offset == absent && range.size == absent) return std::nullopt;
    if (range.size == 0 || range.size > object_size_ || range.offset > object_size_ - range.size)
        fail(ErrorKind::corrupt, "the shard's index has block ", number, " at byte ", range.offset, " with ",
             range.size, " bytes, which is no part of a shard of ", object_size_, " bytes");
    return range;
}

}  // namespace voxbrick
