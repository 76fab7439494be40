// WKW: cubes of blocks in Morton order, in files z{z}/y{y}/x{x}.wkw beside one header.wkw.
//
// Specification: https://github.com/scalableminds/webknossos-wrap (version 1).
//
//   raw         header | block 0 | block 1 | ...
//   compressed  header | jump table: where each block ends | [gap] | block 0 | block 1 | ...
//
// Arrays have the axes c, x, y, z and no end; what is not stored is 0. Within a block the first axis varies
// fastest. header.wkw says how new files are encoded; how an existing one is, says its own header.
#include <bit>

#include "base/little_endian.hpp"
#include "codec/registry.hpp"
#include "exec/process.hpp"
#include "format/document.hpp"
#include "format/formats.hpp"
#include "format/shard_keys.hpp"
#include "format/wkw/header.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view header_key = "header.wkw";

struct WkwDetails final : FormatDetails {
    explicit WkwDetails(const WkwHeader& array_header) : header(array_header) {}
    WkwHeader header;
};

const WkwHeader& header_of(const ArrayMeta& meta) {
    return static_cast<const WkwDetails&>(*meta.details).header;
}

CodecChain chain_of(const WkwHeader& header) {
    if (!header.compressed()) return {};
    CodecChain chain({make_codec(name_of(header.block_type), Json::object(), Dialect::wkw, size_of(header.dtype))});
    (void)chain.encoded_bound(header.block_bytes());  // throws where a block is too large for the codec
    return chain;
}

Index cube(const WkwHeader& header, std::int64_t side) {
    return {header.channels, side, side, side};
}

std::string codecs_of(const WkwHeader& header) {
    return header.compressed() ? concat("[{\"name\":\"", name_of(header.block_type), "\"}]") : "[]";
}

ArrayMeta meta_of(const WkwHeader& header) {
    ArrayMeta meta;
    meta.data_format = "wkw";
    meta.dtype = header.dtype;
    meta.shape = cube(header, largest_coordinate);
    meta.unbounded = true;
    meta.axes = {"c", "x", "y", "z"};
    meta.fill.size = size_of(header.dtype);
    meta.shard_shape = cube(header, header.side());
    meta.block_shape = cube(header, header.block_len);
    meta.layout.strides = f_order_strides(meta.block_shape, static_cast<std::int64_t>(size_of(header.dtype)));
    meta.layout.swap_bytes = std::endian::native == std::endian::big;
    meta.order.morton = true;
    meta.chain = chain_of(header);
    meta.compressed = header.compressed();
    meta.keeps_empty_blocks = true;
    meta.document = wkw_document(header).dump(2);
    meta.codecs = codecs_of(header);
    meta.details = std::make_shared<WkwDetails>(header);
    return meta;
}

WkwHeader read_header(const Blob& blob) {
    std::array<std::byte, WkwHeader::size> bytes{};
    const auto head = MutableBytes(bytes).first(std::min<std::uint64_t>(blob.size(), bytes.size()));
    blob.read_at(0, head);
    return parse_wkw_header(head);
}

// A data file's header, which is data: where it is wrong, the file is damaged.
WkwHeader read_file_header(const Blob& blob) {
    try {
        return read_header(blob);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::io) throw;
        throw Error(ErrorKind::corrupt, error.what());
    }
}

void check_file_header(const WkwHeader& file, const WkwHeader& array) {
    WkwHeader expected = array;
    expected.block_type = file.block_type;
    expected.data_offset = file.data_offset;
    if (file.bytes() != expected.bytes())
        fail(ErrorKind::corrupt, "the file's header says ", wkw_document(file).dump(), ", the array's ",
             wkw_document(array).dump());
    if (file.data_offset < file.first_block())
        fail(ErrorKind::corrupt, "the header has the first block at byte ", file.data_offset,
             ", but it cannot lie before ", file.first_block());
}

// The table passes through memory as a whole; files may have holes, and so a table without limit.
constexpr std::uint64_t largest_table = std::uint64_t{1} << 24;

ShardIndex read_jump_table(const WkwHeader& header, const CodecChain& chain, const Blob& blob) {
    if (header.block_count() > largest_table)
        fail(ErrorKind::unsupported, "a compressed file of ", header.block_count(), " blocks has too large a jump ",
             "table; at most ", largest_table, " are supported");
    if (blob.size() < header.first_block())
        fail(ErrorKind::corrupt, "the file's ", blob.size(), " bytes do not hold its jump table of ",
             header.block_count(), " entries");
    std::vector<std::uint64_t> ends(header.block_count());
    blob.read_at(WkwHeader::size, std::as_writable_bytes(std::span(ends)));
    if constexpr (std::endian::native == std::endian::big)
        for (std::uint64_t& end : ends) end = load_u64(std::as_bytes(std::span(&end, 1)), 0);
    return ShardIndex::ends(blob.size(), header.data_offset, std::move(ends),
                            chain.encoded_bound(header.block_bytes()));
}

ShardIndex index_of(const WkwHeader& header, const CodecChain& chain, const Blob& blob) {
    if (header.compressed()) return read_jump_table(header, chain, blob);
    return ShardIndex::computed(blob.size(), header.data_offset, header.block_bytes(), header.block_count());
}

std::vector<std::byte> file_head(WkwHeader header) {
    header.data_offset = header.first_block();
    const auto bytes = header.bytes();
    return {bytes.begin(), bytes.end()};
}

class WkwFormat final : public Format {
  public:
    std::string_view name() const noexcept override { return "wkw"; }
    std::string_view metadata_key() const noexcept override { return header_key; }

    ArrayMeta open(const Store& store) const override {
        const auto blob = store.open(header_key);
        if (!blob) fail(ErrorKind::not_found, "there is no ", header_key, " in ", store.description());
        try {
            return meta_of(read_header(*blob));
        } catch (const Error& error) {
            throw error.at(header_key);
        }
    }

    ArrayMeta plan(const ArraySpec& spec) const override {
        return as_argument([&] { return meta_of(wkw_header_of(spec)); });
    }

    bool store_metadata(Store& store, const ArrayMeta& meta, const Expected& expected) const override {
        return replace_bytes(store, header_key, true, header_of(meta).bytes(), expected);
    }

    ArrayMeta resized(const ArrayMeta&, const Index&) const override {
        fail(ErrorKind::unsupported, "WKW arrays have no shape that could be changed: they have no end");
    }

    std::string shard_key(const ArrayMeta&, const Index& shard) const override {
        return concat("z", shard[3], "/y", shard[2], "/x", shard[1], ".wkw");
    }

    std::optional<Index> shard_of_key(const ArrayMeta& meta, std::string_view key) const override {
        Index shard = Index::filled(4, 0);
        constexpr std::array<std::string_view, 4> before{"", "/x", "/y", "z"};
        for (std::size_t axis = 3; axis > 0; --axis) {
            if (!take(key, before[axis])) return std::nullopt;
            const auto number = take_number(key);
            if (!number || *number >= largest_coordinate / meta.shard_shape[axis]) return std::nullopt;
            shard[axis] = *number;
        }
        return key == ".wkw" ? std::optional(shard) : std::nullopt;
    }

    ShardReader open_shard(const ArrayMeta& meta, const Index&, std::shared_ptr<const Blob> blob) const override {
        const WkwHeader header = read_file_header(*blob);
        check_file_header(header, header_of(meta));
        CodecChain chain = chain_of(header);
        ShardIndex index = index_of(header, chain, *blob);
        return {std::move(blob), std::move(index), std::move(chain)};
    }

    // Raw files are written in place, so that whatever comes here is compressed: also, in an array whose new
    // files are raw, a file that is not.
    ShardFrame frame(const ArrayMeta& meta, const std::vector<std::uint64_t>& sizes) const override {
        WkwHeader header = header_of(meta);
        if (!header.compressed()) header.block_type = WkwBlockType::fast;
        ShardFrame frame{file_head(header), {}};
        std::uint64_t end = header.first_block();
        frame.head.resize(end);
        for (std::size_t block = 0; block < sizes.size(); ++block)
            store_u64(frame.head, WkwHeader::size + block * sizeof(std::uint64_t), end += sizes[block]);
        return frame;
    }

    std::optional<EmptyShard> empty_shard(const ArrayMeta& meta) const override {
        const WkwHeader& header = header_of(meta);
        if (header.compressed()) return std::nullopt;
        return EmptyShard{file_head(header), header.first_block() + header.block_count() * header.block_bytes()};
    }
};

}  // namespace

const Format& wkw_format() {
    static constinit Immortal<const WkwFormat> format;
    return format.get();
}

}  // namespace voxbrick
