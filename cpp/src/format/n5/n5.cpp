// N5: blocks of a regular grid, each an object 0/1/2 beside one attributes.json. Read only.
//
// Specification: https://github.com/saalfeldlab/n5#file-system-specification
//
// A block begins with a header in big-endian order: 2 bytes mode, 2 bytes rank, 4 bytes for each extent, and in
// mode 1 4 bytes for the number of elements. The extents may be smaller than the array's block: at the border, or
// where the array has grown since. What such a block leaves out was never written.
#include <algorithm>

#include "exec/process.hpp"
#include "format/cut_block.hpp"
#include "format/document.hpp"
#include "format/formats.hpp"
#include "format/n5/metadata.hpp"
#include "format/read_only_format.hpp"
#include "format/shard_keys.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view document_key = "attributes.json";
constexpr GridKeys keys{false, '/'};

enum Mode : std::uint64_t { counted = 1, object = 2 };

// Takes a number of `size` bytes off the front.
std::uint64_t take_big_endian(ByteView& bytes, std::size_t size) {
    if (bytes.size() < size) fail(ErrorKind::corrupt, "the block ends within its header");
    std::uint64_t value = 0;
    for (const std::byte byte : bytes.first(size)) value = value << 8 | std::to_integer<std::uint64_t>(byte);
    bytes = bytes.subspan(size);
    return value;
}

struct N5BlockHeader {
    Index shape;
    std::size_t size = 0;  // of the header itself
};

void check_shape(const Index& stored, const Index& block_shape) {
    for (std::size_t axis = 0; axis < stored.rank(); ++axis)
        if (stored[axis] < 1 || stored[axis] > block_shape[axis])
            fail(ErrorKind::corrupt, "the block's header says shape ", stored, ", blocks have ", block_shape);
}

N5BlockHeader parse_header(ByteView bytes, const Index& block_shape) {
    const std::size_t all = bytes.size();
    const std::uint64_t mode = take_big_endian(bytes, 2);
    if (mode == Mode::object) fail(ErrorKind::unsupported, "the block holds objects, not numbers");
    if (mode > Mode::object) fail(ErrorKind::corrupt, "the block's header has the unknown mode ", mode);
    const std::uint64_t rank = take_big_endian(bytes, 2);
    if (rank != block_shape.rank())
        fail(ErrorKind::corrupt, "the block's header has ", rank, " axes, the array ", block_shape.rank());
    N5BlockHeader header{block_shape};
    for (std::size_t axis = 0; axis < block_shape.rank(); ++axis)
        header.shape[axis] = static_cast<std::int64_t>(take_big_endian(bytes, 4));
    check_shape(header.shape, block_shape);
    if (mode == Mode::counted && take_big_endian(bytes, 4) != static_cast<std::uint64_t>(product(header.shape)))
        fail(ErrorKind::unsupported, "the block's number of elements is not that of its shape ", header.shape);
    header.size = all - bytes.size();
    return header;
}

N5BlockHeader read_header(const Blob& blob, const Index& block_shape) {
    const std::size_t most = 8 + 4 * block_shape.rank();
    std::vector<std::byte> bytes(static_cast<std::size_t>(std::min<std::uint64_t>(most, blob.size())));
    blob.read_at(0, bytes);
    return parse_header(bytes, block_shape);
}

class N5Format final : public ReadOnlyFormat {
  public:
    std::string_view name() const noexcept override { return "n5"; }
    std::string_view metadata_key() const noexcept override { return document_key; }

    ArrayMeta open(const Store& store) const override {
        const std::string document = read_document(store, document_key);
        return parsed_at(document_key, [&] { return parse_n5(document); });
    }

    std::string shard_key(const ArrayMeta&, const Index& shard) const override { return keys.key_of(shard); }

    std::optional<Index> shard_of_key(const ArrayMeta& meta, std::string_view key) const override {
        return keys.cell_in(meta.shape, meta.shard_shape, key);
    }

    ShardReader open_shard(const ArrayMeta& meta, const Index&, std::shared_ptr<const Blob> blob) const override {
        const N5BlockHeader header = read_header(*blob, meta.block_shape);
        const std::uint64_t size = blob->size();
        const ShardIndex index = ShardIndex::part(size, ByteRange{header.size, size - header.size});
        return {std::move(blob), index, chain_of(meta, header.shape)};
    }

  private:
    static CodecChain chain_of(const ArrayMeta& meta, const Index& stored) {
        if (stored == meta.block_shape) return meta.chain;
        const Axes axes = reversed_axes(stored.rank());
        std::vector<CodecPtr> codecs{make_cut_block(meta.block_shape, stored, axes, meta.element_size())};
        codecs.insert(codecs.end(), meta.chain.codecs().begin(), meta.chain.codecs().end());
        return CodecChain(std::move(codecs));
    }
};

}  // namespace

const Format& n5_format() {
    static constinit Immortal<const N5Format> format;
    return format.get();
}

}  // namespace voxbrick
