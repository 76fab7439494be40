#include "codec/blosc_frame.hpp"

#include <blosc2.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/little_endian.hpp"
#include "codec/gzip.hpp"
#include "codec/lz4.hpp"
#include "codec/zstd.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int format_version = 2;
constexpr int compressed_version = 1;
constexpr std::size_t word = 4;

// Flags. The upper three bits are the number of the compressed format.
constexpr unsigned byte_shuffled = 1U << 0;
constexpr unsigned stored = 1U << 1;
constexpr unsigned bit_shuffled = 1U << 2;
constexpr unsigned delta = 1U << 3;  // reserved
constexpr unsigned unsplit = 1U << 4;
constexpr unsigned compressor_shift = 5;

// 0 is BloscLZ, 2 Snappy.
unsigned number_of(BloscCompressor compressor) {
    switch (compressor) {
        case BloscCompressor::lz4:
        case BloscCompressor::lz4hc:
            return 1;
        case BloscCompressor::zlib:
            return 3;
        case BloscCompressor::zstd:
            return 4;
    }
    return 0;
}
constexpr unsigned snappy_number = 2;
constexpr unsigned highest_number = 4;

constexpr std::size_t smallest_compressed = 128;
constexpr std::size_t most_streams = 16;
constexpr std::size_t largest_element = 255;

// What is not whole elements counts as bytes: C-Blosc2 decodes the odd bytes at the end of bit-shuffled blocks wrongly.
bool is_element_of(std::size_t element_size, ByteView decoded) {
    return element_size <= largest_element && decoded.size() % element_size == 0;
}

std::size_t block_count(std::size_t size, std::size_t block_size) {
    return size == 0 ? 0 : (size - 1) / block_size + 1;
}

class FrameWriter {
  public:
    FrameWriter(const BloscSettings& settings, ByteView decoded, MutableBytes out)
        : settings_(settings),
          decoded_(decoded),
          out_(out.first(decoded.size() + blosc_overhead)),
          element_size_(is_element_of(settings.element_size, decoded) ? settings.element_size : 1),
          block_size_(choose_block_size()) {}

    std::size_t write() {
        if (settings_.level > 0 && decoded_.size() >= smallest_compressed) {
            if (const auto size = write_blocks()) return *size;
        }
        if (!decoded_.empty()) std::memcpy(out_.data() + blosc_header_size, decoded_.data(), decoded_.size());
        write_header(stored | shuffle_flag(), out_.size());
        return out_.size();
    }

  private:
    [[nodiscard]] bool compresses_fast() const { return settings_.compressor == BloscCompressor::lz4; }

    // Blocks are to fit a processor's second cache; those that look for long ago repeated bytes get more.
    [[nodiscard]] std::size_t choose_block_size() const {
        std::size_t size = settings_.block_size;
        if (size == 0) {
            const auto doublings = static_cast<unsigned>(std::clamp(settings_.level - 1, 0, 8)) / 2;
            size = (std::size_t{32} << 10 << doublings) * (compresses_fast() ? 1 : 2);
        }
        size = std::clamp<std::size_t>(size, smallest_compressed, BLOSC2_MAXBLOCKSIZE);
        size = std::min(size, decoded_.size());
        return size > element_size_ ? size / element_size_ * element_size_ : size;
    }

    [[nodiscard]] unsigned shuffle_flag() const {
        switch (settings_.shuffle) {
            case BloscShuffle::byte:
                return byte_shuffled;
            case BloscShuffle::bit:
                return bit_shuffled;
            case BloscShuffle::none:
                break;
        }
        return 0;
    }

    // LZ4 does better on each byte of shuffled elements by itself.
    [[nodiscard]] std::size_t stream_count() const {
        const bool splits = compresses_fast() && settings_.shuffle == BloscShuffle::byte && element_size_ > 1 &&
                            element_size_ <= most_streams && block_size_ / element_size_ >= smallest_compressed;
        return splits ? element_size_ : 1;
    }

    // Nothing if they take more than the decoded bytes.
    std::optional<std::size_t> write_blocks() {
        const std::size_t blocks = block_count(decoded_.size(), block_size_);
        const std::size_t streams = stream_count();
        end_ = blosc_header_size + blocks * word;
        if (end_ > out_.size()) return std::nullopt;
        for (std::size_t block = 0; block < blocks; ++block) {
            store_u32(out_, blosc_header_size + block * word, static_cast<std::uint32_t>(end_));
            const std::size_t begin = block * block_size_;
            const std::size_t size = std::min(block_size_, decoded_.size() - begin);
            const ByteView bytes = shuffled(decoded_.subspan(begin, size));
            const std::size_t count = size == block_size_ ? streams : 1;
            for (std::size_t stream = 0; stream < count; ++stream)
                if (!write_stream(bytes.subspan(stream * (size / count), size / count))) return std::nullopt;
        }
        write_header(shuffle_flag() | (streams == 1 ? unsplit : 0), end_);
        return end_;
    }

    [[nodiscard]] ByteView shuffled(ByteView block) {
        if (settings_.shuffle == BloscShuffle::none) return block;
        const auto size = static_cast<std::int32_t>(block.size());
        const auto element_size = static_cast<std::int32_t>(element_size_);
        std::int32_t done = 0;
        if (settings_.shuffle == BloscShuffle::byte) {
            if (element_size_ == 1) return block;
            done = blosc2_shuffle(element_size, size, block.data(), shuffled_.resize(block.size()).data());
        } else {
            // Blosc 1 leaves blocks as they are whose number of elements is no multiple of eight.
            if (block.size() / element_size_ % 8 != 0 || block.size() < element_size_) return block;
            done = blosc2_bitshuffle(element_size, size, block.data(), shuffled_.resize(block.size()).data());
        }
        if (done != size)
            fail(ErrorKind::invalid_argument, "blosc: elements of ", element_size_, " cannot be shuffled");
        return shuffled_.bytes();
    }

    bool write_stream(ByteView stream) {
        if (out_.size() - end_ < word) return false;
        const MutableBytes room = out_.subspan(end_ + word);
        // One byte less than the stream: what gets no smaller is stored as it is, which readers tell by the size.
        const MutableBytes smaller = room.first(std::min(room.size(), stream.size() - 1));
        std::size_t size = smaller.empty() ? 0 : compress(stream, smaller);
        if (size == 0) {
            if (room.size() < stream.size()) return false;
            std::memcpy(room.data(), stream.data(), stream.size());
            size = stream.size();
        }
        store_u32(out_, end_, static_cast<std::uint32_t>(size));
        end_ += word + size;
        return true;
    }

    // 0 if it does not fit. What a level means is what it means to c-blosc.
    [[nodiscard]] std::size_t compress(ByteView bytes, MutableBytes out) const {
        switch (settings_.compressor) {
            case BloscCompressor::lz4:
                return compress_lz4(bytes, out, 10 - settings_.level);
            case BloscCompressor::lz4hc:
                return compress_lz4hc(bytes, out, settings_.level);
            case BloscCompressor::zlib:
                return compress_zlib(bytes, out, settings_.level);
            case BloscCompressor::zstd:
                return compress_zstd(bytes, out, settings_.level == 9 ? highest_zstd_level : 2 * settings_.level - 1);
        }
        return 0;
    }

    void write_header(unsigned flags, std::size_t encoded_size) const {
        out_[0] = std::byte{format_version};
        out_[1] = std::byte{compressed_version};
        out_[2] = static_cast<std::byte>(flags | number_of(settings_.compressor) << compressor_shift);
        out_[3] = static_cast<std::byte>(element_size_);
        store_u32(out_, 4, static_cast<std::uint32_t>(decoded_.size()));
        store_u32(out_, 8, static_cast<std::uint32_t>(block_size_));
        store_u32(out_, 12, static_cast<std::uint32_t>(encoded_size));
    }

    const BloscSettings& settings_;
    ByteView decoded_;
    MutableBytes out_;
    std::size_t element_size_;
    std::size_t block_size_;
    std::size_t end_ = 0;
    Buffer shuffled_;
};

template <class... Parts>
void require(bool holds, const Parts&... otherwise) {
    if (!holds) fail(ErrorKind::corrupt, "blosc: ", otherwise...);
}

void check_table(ByteView frame, std::size_t blocks) {
    const std::size_t table_end = blosc_header_size + blocks * word;
    require(table_end <= frame.size(), frame.size(), " bytes are less than a table of ", blocks, " blocks");
    for (std::size_t block = 0; block < blocks; ++block) {
        const std::size_t begin = load_u32(frame, blosc_header_size + block * word);
        require(begin >= table_end && begin < frame.size(), "block ", block, " begins at ", begin, " of ", frame.size(),
                " bytes");
    }
}

}  // namespace

BloscHeader read_blosc_header(ByteView frame) {
    require(frame.size() >= blosc_header_size, frame.size(), " bytes are less than a header");
    const std::size_t decoded = load_u32(frame, 4);
    const std::size_t block_size = load_u32(frame, 8);
    const std::size_t encoded = load_u32(frame, 12);
    const auto flags = std::to_integer<unsigned>(frame[2]);
    const auto version = std::to_integer<int>(frame[0]);
    require(version == format_version, "format version ", version, ", expected ", format_version);
    require(encoded == frame.size(), "the header says ", encoded, " bytes, there are ", frame.size());
    require(decoded <= largest_blosc_frame && frame[3] != std::byte{0}, "damaged header");
    require((flags & delta) == 0 && (flags & (byte_shuffled | bit_shuffled)) != (byte_shuffled | bit_shuffled),
            "unknown flags ", flags);
    BloscHeader header{.decoded_size = decoded,
                       .block_size = block_size,
                       .element_size = std::to_integer<std::size_t>(frame[3]),
                       .bit_shuffled = false};
    if (decoded == 0) return header;
    require(block_size > 0 && block_size <= decoded && block_size <= BLOSC2_MAXBLOCKSIZE, "block size ", block_size,
            " of ", decoded, " bytes");
    if ((flags & stored) != 0) {
        require(encoded == decoded + blosc_header_size, "the header says ", decoded, " stored bytes, there are ",
                encoded - blosc_header_size);
        return header;
    }
    const unsigned number = flags >> compressor_shift;
    require(number <= highest_number, "there is no compressor ", number);
    require(number != snappy_number, "compressed by Snappy, which voxbrick has not");
    require(std::to_integer<int>(frame[1]) == compressed_version, "version ", std::to_integer<int>(frame[1]),
            " of the compressed format, expected ", compressed_version);
    check_table(frame, block_count(decoded, block_size));
    header.bit_shuffled = (flags & bit_shuffled) != 0;
    return header;
}

std::vector<std::byte> frame_of_last_block(ByteView frame, const BloscHeader& header) {
    const std::size_t last = block_count(header.decoded_size, header.block_size) - 1;
    const std::size_t begin = load_u32(frame, blosc_header_size + last * word);
    require(frame.size() - begin >= word, "block ", last, " is cut off");
    const std::size_t stream_size = load_u32(frame, begin);
    require(stream_size <= frame.size() - begin - word, "block ", last, " is cut off");

    const std::size_t table_end = blosc_header_size + word;
    std::vector<std::byte> single(table_end + word + stream_size);
    std::memcpy(single.data(), frame.data(), blosc_header_size);
    single[2] = (single[2] & ~std::byte{byte_shuffled | bit_shuffled}) | std::byte{unsplit};
    const auto size = static_cast<std::uint32_t>(header.decoded_size - last * header.block_size);
    store_u32(single, 4, size);
    store_u32(single, 8, size);
    store_u32(single, 12, static_cast<std::uint32_t>(single.size()));
    store_u32(single, blosc_header_size, static_cast<std::uint32_t>(table_end));
    std::memcpy(single.data() + table_end, frame.data() + begin, word + stream_size);
    return single;
}

std::size_t write_blosc_frame(const BloscSettings& settings, ByteView decoded, MutableBytes out) {
    return FrameWriter(settings, decoded, out).write();
}

}  // namespace voxbrick
