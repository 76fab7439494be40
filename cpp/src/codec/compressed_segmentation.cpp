// Segment numbers as indices into small tables.
//
// Specification: https://github.com/google/neuroglancer/tree/master/src/sliceview/compressed_segmentation
// Names: "compressed_segmentation", an encoding of Neuroglancer's precomputed volumes.
//
// All of it consists of 32-bit words in little-endian order. First, for each channel, the word at which it begins.
// A channel begins with two words for each block (x fastest): where its table lies (24 bits), the bits of an index
// (8 bits: 0, 1, 2, 4, 8, 16 or 32), and where its indices lie, both counted from the channel's begin. Indices are
// packed from the low end of words, x fastest, for the whole block also where the chunk ends within it. There is no
// checksum.
#include "codec/compressed_segmentation.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <vector>

#include "base/little_endian.hpp"
#include "codec/bounds.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {

namespace {

constexpr std::size_t word_size = 4;
constexpr std::size_t words_per_header = 2;
// A few words may stand for any number of equal voxels, so that no file's length limits what it decodes to.
constexpr std::size_t largest_decoded = std::size_t{1} << 31;
constexpr std::size_t largest_table_offset = (std::size_t{1} << 24) - 1;

std::size_t size_of_box(const Index& shape) {
    return static_cast<std::size_t>(product(shape));
}

struct SegmentBlockHeader {
    std::size_t table = 0;  // in words from the channel's begin
    std::size_t indices = 0;
    unsigned bits = 0;
};

// The words of one channel, which ends with the whole.
class Words {
  public:
    explicit Words(ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint32_t at(std::size_t word) const {
        if (word >= bytes_.size() / word_size)
            fail(ErrorKind::corrupt, "compressed_segmentation: word ", word, " lies behind the end");
        return load_u32(bytes_, word * word_size);
    }

    [[nodiscard]] SegmentBlockHeader header(std::size_t block) const {
        const std::uint32_t first = at(block * words_per_header);
        const SegmentBlockHeader header{first & largest_table_offset, at(block * words_per_header + 1), first >> 24};
        if (header.bits > 32 || (header.bits != 0 && !std::has_single_bit(header.bits)))
            fail(ErrorKind::corrupt, "compressed_segmentation: block ", block, " has indices of ", header.bits,
                 " bits");
        return header;
    }

    // How many entries a block's table can have at most; throws if some of its `block_size` indices are not there.
    [[nodiscard]] std::size_t table_room(const SegmentBlockHeader& header, std::size_t block_size,
                                         std::size_t element_size) const {
        if (header.bits > 0) (void)at(header.indices + (block_size * header.bits - 1) / 32);
        const std::size_t words = bytes_.size() / word_size;
        return header.table > words ? 0 : (words - header.table) * word_size / element_size;
    }

    // Unchecked: within what table_room has seen.
    [[nodiscard]] std::uint32_t index(const SegmentBlockHeader& header, std::size_t place) const noexcept {
        if (header.bits == 0) return 0;
        const std::size_t bit = place * header.bits;
        const std::uint32_t mask = ~std::uint32_t{0} >> (32 - header.bits);
        return load_u32(bytes_, (header.indices + bit / 32) * word_size) >> bit % 32 & mask;
    }

    [[nodiscard]] const std::byte* entry(const SegmentBlockHeader& header, std::size_t index,
                                         std::size_t element_size) const noexcept {
        return bytes_.data() + header.table * word_size + index * element_size;
    }

  private:
    ByteView bytes_;
};

class CompressedSegmentationCodec final : public Codec {
  public:
    CompressedSegmentationCodec(const Index& shape, const Index& block_shape, std::size_t element_size)
        : channels_(static_cast<std::size_t>(shape[0])),
          shape_{shape[1], shape[2], shape[3]},
          block_shape_(block_shape),
          blocks_(Grid{block_shape}.cells_touching({{0, 0, 0}, shape_})),
          element_size_(element_size),
          channel_bytes_(size_of_box(shape_) * element_size),
          block_size_(size_of_box(block_shape)) {}

    std::string_view name() const noexcept override { return "compressed_segmentation"; }

    std::size_t encoded_bound(std::size_t) const override {
        const std::size_t block = words_per_header * word_size + block_size_ * (word_size + element_size_);
        return channels_ * (word_size + block_count() * block);
    }

    // Every block has a header at least, which may stand for any number of equal voxels.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        const std::size_t headers = saturating_product(block_count(), words_per_header * word_size);
        return encoded_size < headers ? 0 : channels_ * channel_bytes_;
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        std::size_t end = channels_;
        for (std::size_t channel = 0; channel < channels_; ++channel) {
            store_u32(out, channel * word_size, static_cast<std::uint32_t>(end));
            const ByteView voxels = decoded.subspan(channel * channel_bytes_, channel_bytes_);
            end += encode_channel(voxels, out.subspan(end * word_size));
        }
        return end * word_size;
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        if (out.size() < channels_ * channel_bytes_ || encoded.size() % word_size != 0)
            fail(ErrorKind::corrupt, "compressed_segmentation: ", encoded.size(), " bytes do not decode to ",
                 out.size());
        for (std::size_t channel = 0; channel < channels_; ++channel) {
            const std::size_t begin = word_size * std::size_t{Words(encoded).at(channel)};
            if (begin < channels_ * word_size || begin > encoded.size())
                fail(ErrorKind::corrupt, "compressed_segmentation: channel ", channel, " begins at byte ", begin,
                     " of ", encoded.size());
            decode_channel(Words(encoded.subspan(begin)), out.subspan(channel * channel_bytes_, channel_bytes_));
        }
        return channels_ * channel_bytes_;
    }

  private:
    [[nodiscard]] std::size_t block_count() const noexcept { return static_cast<std::size_t>(product(blocks_.shape)); }

    // Blocks are counted with x fastest.
    [[nodiscard]] Box voxels_of(std::size_t block) const {
        const auto x_blocks = static_cast<std::size_t>(blocks_.shape[0]);
        const auto y_blocks = static_cast<std::size_t>(blocks_.shape[1]);
        const Index cell{static_cast<std::int64_t>(block % x_blocks),
                         static_cast<std::int64_t>(block / x_blocks % y_blocks),
                         static_cast<std::int64_t>(block / x_blocks / y_blocks)};
        return intersect(Grid{block_shape_}.box_of(cell), {{0, 0, 0}, shape_});
    }

    // Calls action(place in the block, place in the channel) for every voxel of a block.
    template <class Action>
    void for_each_voxel(std::size_t block, const Action& action) const {
        const Box box = voxels_of(block);
        for (std::int64_t z = 0; z < box.shape[2]; ++z) {
            for (std::int64_t y = 0; y < box.shape[1]; ++y) {
                const std::int64_t in_block = (z * block_shape_[1] + y) * block_shape_[0];
                const std::int64_t in_channel =
                    ((z + box.offset[2]) * shape_[1] + y + box.offset[1]) * shape_[0] + box.offset[0];
                for (std::int64_t x = 0; x < box.shape[0]; ++x)
                    action(static_cast<std::size_t>(in_block + x), static_cast<std::size_t>(in_channel + x));
            }
        }
    }

    void decode_channel(const Words& words, MutableBytes out) const {
        if (element_size_ == word_size) return decode_channel<std::uint32_t>(words, out);
        decode_channel<std::uint64_t>(words, out);
    }

    template <class Element>
    void decode_channel(const Words& words, MutableBytes out) const {
        for (std::size_t block = 0; block < block_count(); ++block) {
            const SegmentBlockHeader header = words.header(block);
            const std::size_t room = words.table_room(header, block_size_, sizeof(Element));
            for_each_voxel(block, [&](std::size_t in_block, std::size_t in_channel) {
                const std::size_t index = words.index(header, in_block);
                if (index >= room) fail(ErrorKind::corrupt, "compressed_segmentation: a table lies behind the end");
                std::memcpy(out.data() + in_channel * sizeof(Element), words.entry(header, index, sizeof(Element)),
                            sizeof(Element));
            });
        }
    }

    // Returns how many words it took.
    std::size_t encode_channel(ByteView voxels, MutableBytes out) const {
        std::size_t end = block_count() * words_per_header;
        for (std::size_t block = 0; block < block_count(); ++block) {
            std::map<std::uint64_t, std::uint32_t> table;
            for_each_voxel(block, [&](std::size_t, std::size_t in_channel) { table[load(voxels, in_channel)] = 0; });
            const SegmentBlockHeader header = write_table(table, end, out);
            write_header(header, block, out);
            end = header.indices + block_size_ * header.bits / 32 + (block_size_ * header.bits % 32 != 0 ? 1 : 0);
            std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(header.indices * word_size),
                        (end - header.indices) * word_size, std::byte{0});
            for_each_voxel(block, [&](std::size_t in_block, std::size_t in_channel) {
                if (header.bits > 0) write_index(header, in_block, table[load(voxels, in_channel)], out);
            });
        }
        return end;
    }

    SegmentBlockHeader write_table(std::map<std::uint64_t, std::uint32_t>& table, std::size_t at,
                                   MutableBytes out) const {
        if (at > largest_table_offset)
            fail(ErrorKind::unsupported, "compressed_segmentation: the chunk is too large to encode");
        SegmentBlockHeader header{at, at, 0};
        if (table.size() > 1) header.bits = std::bit_ceil(static_cast<unsigned>(std::bit_width(table.size() - 1)));
        std::uint32_t index = 0;
        for (auto& [value, number] : table) {
            number = index++;
            store_u32(out, header.indices++ * word_size, static_cast<std::uint32_t>(value));
            if (element_size_ > word_size)
                store_u32(out, header.indices++ * word_size, static_cast<std::uint32_t>(value >> 32));
        }
        return header;
    }

    static void write_header(const SegmentBlockHeader& header, std::size_t block, MutableBytes out) {
        const std::size_t at = block * words_per_header * word_size;
        store_u32(out, at, static_cast<std::uint32_t>(header.table) | header.bits << 24);
        store_u32(out, at + word_size, static_cast<std::uint32_t>(header.indices));
    }

    static void write_index(const SegmentBlockHeader& header, std::size_t place, std::uint32_t index,
                            MutableBytes out) {
        const std::size_t bit = place * header.bits;
        const std::size_t at = (header.indices + bit / 32) * word_size;
        store_u32(out, at, load_u32(out, at) | index << bit % 32);
    }

    // Voxels are stored as the table has them: in little-endian order.
    [[nodiscard]] std::uint64_t load(ByteView voxels, std::size_t place) const noexcept {
        const std::size_t at = place * element_size_;
        const std::uint64_t low = load_u32(voxels, at);
        return element_size_ == word_size ? low : low | std::uint64_t{load_u32(voxels, at + word_size)} << 32;
    }

    std::size_t channels_;
    Index shape_;
    Index block_shape_;
    Box blocks_;
    std::size_t element_size_;
    std::size_t channel_bytes_;
    std::size_t block_size_;
};

void check_size(const Index& shape, std::size_t element_size) {
    if (size_of_box(shape) > largest_decoded / element_size)
        fail(ErrorKind::unsupported, "compressed_segmentation: ", shape, " voxels are too many; at most ",
             largest_decoded, " bytes are supported");
}

}  // namespace

CodecPtr make_compressed_segmentation(const Index& shape, const Index& block_shape, std::size_t element_size) {
    check_size(shape, element_size);
    check_size(block_shape, element_size);
    return std::make_shared<CompressedSegmentationCodec>(shape, block_shape, element_size);
}

}  // namespace voxbrick
