#include "format/zarr/sharding.hpp"

#include <cstring>

#include "codec/decodes_only.hpp"
#include "format/shape.hpp"
#include "voxbrick/format/shard_index.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {
namespace {

// What passes through memory as a whole is limited to what the compressors can take, too.
constexpr std::int64_t largest_cell = std::int64_t{1} << 31;

Index grid_of(const Index& shape, const Index& block_shape) {
    Index grid = shape;
    for (std::size_t axis = 0; axis < grid.rank(); ++axis) {
        if (shape[axis] % block_shape[axis] != 0)
            fail(ErrorKind::invalid_metadata, "sharding_indexed: chunk_shape ", block_shape,
                 " does not divide the shard's shape ", shape);
        grid[axis] /= block_shape[axis];
    }
    return grid;
}

class ShardingCodec final : public Codec, public MayDecodeOnly {
  public:
    ShardingCodec(ZarrSharding sharding, const Index& shape, const ZarrElement& element)
        : sharding_(std::move(sharding)),
          shape_(shape),
          fill_(element.fill),
          stored_fill_(sharding_.block.layout.stored(element.fill)),
          cell_bytes_(bytes_of(shape)),
          block_bytes_(bytes_of(sharding_.block_shape)) {}

    std::string_view name() const noexcept override { return "sharding_indexed"; }

    void check_encodes() const override { voxbrick::check_encodes(sharding_.block.chain); }

    std::size_t encoded_bound(std::size_t) const override {
        return table().size() + table().block_count() * sharding_.block.chain.encoded_bound(block_bytes_);
    }

    // A shard of absent blocks is nothing but its index, whatever it decodes to.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return encoded_size < table_size_ ? 0 : cell_bytes_;
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        const ConstStridedView cell{decoded.data(), shape_, strides(shape_)};
        std::vector<std::uint64_t> sizes(table().block_count());
        Buffer block(block_bytes_);
        std::size_t end = table().at_start() ? table_size_ : 0;
        for (std::size_t number = 0; number < sizes.size(); ++number) {
            copy(subview(cell, box_of(number)), block_view(block.bytes()));
            if (consists_of(block.bytes(), stored_fill_)) continue;
            const ByteView encoded = sharding_.block.chain.encode(block.bytes());
            std::memcpy(out.data() + end, encoded.data(), encoded.size());
            end += sizes[number] = encoded.size();
        }
        const auto index = table().encode(table().pairs_of(sizes));
        std::memcpy(out.data() + (table().at_start() ? 0 : end), index.data(), index.size());
        return table().at_start() ? end : end + index.size();
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (out.size() < cell_bytes_)
            fail(ErrorKind::corrupt, "a shard of ", cell_bytes_, " bytes where ", out.size(), " are expected");
        const StridedView cell{out.data(), shape_, strides(shape_)};
        const ByteView stored_table = encoded.subspan(table().offset_in(encoded.size()), table_size_);
        const ShardIndex index = ShardIndex::table(encoded.size(), table().decode(stored_table));
        Buffer block(block_bytes_);
        for (std::size_t number = 0; number < table().block_count(); ++number) {
            const StridedView target = subview(cell, box_of(number));
            const auto range = index.find(number);
            if (!range) {
                fill_box(target, fill_);
                continue;
            }
            sharding_.block.chain.decode(encoded.subspan(range->offset, range->size), block.bytes());
            copy(block_view(block.bytes()), target);
        }
        return cell_bytes_;
    }

  private:
    [[nodiscard]] const ZarrShardTable& table() const noexcept { return sharding_.table; }
    [[nodiscard]] std::size_t bytes_of(const Index& shape) const {
        return static_cast<std::size_t>(product(shape)) * fill_.size;
    }
    [[nodiscard]] Index strides(const Index& shape) const {
        return c_order_strides(shape, static_cast<std::int64_t>(fill_.size));
    }
    [[nodiscard]] Box box_of(std::size_t number) const {
        const Box blocks{Index::filled(shape_.rank(), 0), sharding_.grid};
        return Grid{sharding_.block_shape}.box_of(nth_index(blocks, static_cast<std::int64_t>(number)));
    }
    [[nodiscard]] StridedView block_view(MutableBytes bytes) const {
        return {bytes.data(), sharding_.block_shape, sharding_.block.layout.strides};
    }
    void copy(const ConstStridedView& from, const StridedView& to) const {
        copy_box(from, to, fill_.size, sharding_.block.layout.swap_bytes);
    }

    ZarrSharding sharding_;
    Index shape_;
    ElementBits fill_;
    ElementBits stored_fill_;
    std::size_t cell_bytes_;
    std::size_t block_bytes_;
    std::size_t table_size_ = sharding_.table.size();
};

}  // namespace

ZarrSharding parse_sharding(const Json& configuration, const Index& shape, const ZarrElement& element) {
    refuse_unknown_keys(configuration, {"chunk_shape", "codecs", "index_codecs", "index_location"}, "sharding_indexed");
    const Index block_shape = parse_chunk_shape(configuration, shape.rank(), "sharding_indexed");
    const Index grid = grid_of(shape, block_shape);
    const Json& list = required(configuration, "codecs", "sharding_indexed");
    const ZarrCodecs codecs = parse_codecs(list, shape.rank(), element.size());
    return {block_shape, grid, make_cell_pipeline(codecs, block_shape, element), ZarrShardTable(configuration, grid)};
}

CodecPtr make_sharding_codec(ZarrSharding sharding, const Index& shape, const ZarrElement& element) {
    if (dense_bytes(shape, element.size(), ErrorKind::invalid_metadata) > largest_cell)
        fail(ErrorKind::unsupported, "sharding_indexed: shards of ", shape,
             " elements, nested or compressed as a whole,", " are too large; at most ", largest_cell,
             " bytes are supported");
    return std::make_shared<ShardingCodec>(std::move(sharding), shape, element);
}

}  // namespace voxbrick
