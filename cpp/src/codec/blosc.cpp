// Blosc 1 frames: blocks, shuffled by byte or bit, compressed by one of several libraries.
//
// Specification: https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
// Names: "blosc" in Zarr v3, Zarr v2 and N5.
//
//   {"name": "blosc", "configuration": {"cname": "zstd", "clevel": 5, "shuffle": "bitshuffle",
//                                       "typesize": 4, "blocksize": 0}}
//   {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0}
//   {"type": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0, "nthreads": 1}
//
// Zarr v2 and N5 count shuffles: 0 none, 1 byte, 2 bit, -1 by element size; its typesize is the element's.
// A frame says itself how it is to be decoded. There is no checksum. BloscLZ is read only, Snappy refused.
#include <blosc2.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "codec/blosc_frame.hpp"
#include "codec/bounds.hpp"
#include "codec/decodes_only.hpp"
#include "codec/library_handle.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int largest_int = std::numeric_limits<int>::max();
constexpr std::size_t largest_kept_block = std::size_t{1} << 20;

struct Settings {
    std::string cname;
    int clevel;
    BloscShuffle shuffle;
    int typesize;
    int blocksize;
};

constexpr std::array<std::pair<std::string_view, BloscShuffle>, 3> shuffles{
    {{"noshuffle", BloscShuffle::none}, {"shuffle", BloscShuffle::byte}, {"bitshuffle", BloscShuffle::bit}}};

std::string_view name_of_shuffle(BloscShuffle shuffle) {
    return std::find_if(shuffles.begin(), shuffles.end(), [&](const auto& row) { return row.second == shuffle; })
        ->first;
}

BloscShuffle shuffle_named(const std::string& name) {
    for (const auto& [known, shuffle] : shuffles) {
        if (known == name) return shuffle;
    }
    fail(ErrorKind::invalid_metadata, "blosc shuffle: there is no \"", name, "\"");
}

constexpr std::array<std::pair<std::string_view, BloscCompressor>, 4> compressors{{{"lz4", BloscCompressor::lz4},
                                                                                   {"lz4hc", BloscCompressor::lz4hc},
                                                                                   {"zlib", BloscCompressor::zlib},
                                                                                   {"zstd", BloscCompressor::zstd}}};

BloscCompressor compressor_named(std::string_view cname) {
    for (const auto& [name, compressor] : compressors)
        if (name == cname) return compressor;
    fail(ErrorKind::unsupported, "blosc cname: voxbrick reads \"", cname,
         "\" but does not write it; write \"lz4\" or \"zstd\"");
}

using Context = LibraryHandle<blosc2_context, blosc2_free_ctx>;

Context make_context() {
    const blosc2_dparams serial = BLOSC2_DPARAMS_DEFAULTS;  // the engine's own threads work on one block each
    return Context(allocated(blosc2_create_dctx(serial)));
}

// The environment variable BLOSC_NTHREADS has the last word, and threads must not be left to a forked child.
bool starts_threads(blosc2_context* context) {
    blosc2_dparams parameters;
    return blosc2_ctx_get_dparams(context, &parameters) != 0 || parameters.nthreads != 1;
}

int decompress(blosc2_context* context, ByteView frame, MutableBytes out) {
    return blosc2_decompress_ctx(context, frame.data(), static_cast<std::int32_t>(frame.size()), out.data(),
                                 static_cast<std::int32_t>(out.size()));
}

// A context holds some blocks, so that each thread keeps one for blocks of common sizes.
int decompress(ByteView frame, MutableBytes out, std::size_t block_size) {
    thread_local Context kept;
    if (block_size > largest_kept_block) return decompress(make_context().get(), frame, out);
    Context context = kept ? std::move(kept) : make_context();
    const int written = decompress(context.get(), frame, out);
    if (!starts_threads(context.get())) kept = std::move(context);
    return written;
}

void decompress_checked(ByteView frame, MutableBytes out, std::size_t block_size) {
    const int written = decompress(frame, out, block_size);
    if (written < 0 || static_cast<std::size_t>(written) != out.size()) fail(ErrorKind::corrupt, "blosc: damaged data");
}

// C-Blosc2 decodes bytes that follow the last whole element of a bit-shuffled block wrongly. Only the last block has
// such bytes: others consist of whole elements.
void decode_odd_last_block(ByteView frame, MutableBytes out, const BloscHeader& header) {
    if (header.block_size % header.element_size != 0)
        fail(ErrorKind::corrupt, "blosc: bit-shuffled blocks of ", header.block_size,
             " bytes are no whole elements of ", header.element_size);
    const MutableBytes block = out.subspan((out.size() - 1) / header.block_size * header.block_size);
    const std::vector<std::byte> single = frame_of_last_block(frame, header);
    Buffer shuffled(block.size());
    decompress_checked(single, shuffled.bytes(), block.size());
    const std::size_t elements = block.size() / header.element_size;
    const std::size_t whole = elements % 8 == 0 ? elements * header.element_size : 0;
    if (whole > 0)
        blosc2_bitunshuffle(static_cast<std::int32_t>(header.element_size), static_cast<std::int32_t>(whole),
                            shuffled.bytes().data(), block.data());
    std::copy_n(shuffled.bytes().begin() + static_cast<std::ptrdiff_t>(whole), block.size() - whole,
                block.begin() + static_cast<std::ptrdiff_t>(whole));
}

class BloscCodec final : public Codec, public MayDecodeOnly {
  public:
    explicit BloscCodec(Settings settings) : settings_(std::move(settings)) {}

    std::string_view name() const noexcept override { return "blosc"; }

    std::string configuration(Dialect dialect) const override {
        Json members = {{"cname", settings_.cname}, {"clevel", settings_.clevel}, {"blocksize", settings_.blocksize}};
        if (dialect == Dialect::zarr3) {
            members["shuffle"] = name_of_shuffle(settings_.shuffle);
            members["typesize"] = settings_.typesize;
        } else {
            members["shuffle"] = static_cast<int>(settings_.shuffle);
        }
        return members.dump();
    }

    void check_encodes() const override { (void)compressor_named(settings_.cname); }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        if (decoded_size > largest_blosc_frame) {
            fail(ErrorKind::unsupported, "blosc: a block of ", decoded_size, " bytes is over the limit of ",
                 largest_blosc_frame);
        }
        return decoded_size + blosc_overhead;
    }

    // The best of the libraries inside: Zstandard's four bytes for 128 KiB of one repeated byte.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        return std::min(saturating_product(encoded_size, std::size_t{32} << 10), largest_blosc_frame);
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        return write_blosc_frame({.compressor = compressor_named(settings_.cname),
                                  .level = settings_.clevel,
                                  .shuffle = settings_.shuffle,
                                  .element_size = static_cast<std::size_t>(settings_.typesize),
                                  .block_size = static_cast<std::size_t>(settings_.blocksize)},
                                 decoded, out);
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        const BloscHeader header = read_blosc_header(encoded);
        if (header.decoded_size > out.size())
            fail(ErrorKind::corrupt, "blosc: decodes to ", header.decoded_size, " bytes, expected ", out.size());
        if (header.decoded_size == 0) return 0;
        const MutableBytes decoded = out.first(header.decoded_size);
        decompress_checked(encoded, decoded, header.block_size);
        if (header.bit_shuffled && header.decoded_size % header.element_size != 0)
            decode_odd_last_block(encoded, decoded, header);
        return header.decoded_size;
    }

  private:
    Settings settings_;
};

std::string cname_of(const CodecSettings& settings) {
    constexpr std::array<std::string_view, 6> names{"blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd"};
    const Json* value = optional(settings.configuration, "cname", settings.name);
    if (value == nullptr && settings.dialect != Dialect::zarr3) return "lz4";
    std::string cname = as_string(required(settings.configuration, "cname", settings.name), "blosc cname");
    if (std::find(names.begin(), names.end(), cname) == names.end()) {
        fail(ErrorKind::invalid_metadata, "blosc cname: there is no \"", cname, "\"");
    }
    if (blosc2_compname_to_compcode(cname.c_str()) < 0) {
        fail(ErrorKind::unsupported, "blosc cname: the Blosc library of voxbrick was built without ", cname);
    }
    return cname;
}

BloscShuffle shuffle_of(const CodecSettings& settings) {
    if (settings.dialect == Dialect::zarr3) {
        return shuffle_named(as_string(required(settings.configuration, "shuffle", settings.name), "blosc shuffle"));
    }
    const int shuffle = integer_setting(settings, "shuffle", -1, 2, 1);
    if (shuffle >= 0) return static_cast<BloscShuffle>(shuffle);
    return settings.element_size == 1 ? BloscShuffle::bit : BloscShuffle::byte;
}

int optional_integer(const CodecSettings& settings, std::string_view key, int low, int missing) {
    const Json* value = optional(settings.configuration, key, settings.name);
    if (value == nullptr) return missing;
    return static_cast<int>(as_integer_in(*value, low, largest_int, place_of(settings, key)));
}

int typesize_of(const CodecSettings& settings, BloscShuffle shuffle) {
    const int element_size = static_cast<int>(settings.element_size);
    const bool needed = settings.dialect == Dialect::zarr3 && shuffle != BloscShuffle::none;
    return needed ? integer_setting(settings, "typesize", 1, largest_int, element_size)
                  : optional_integer(settings, "typesize", 1, element_size);
}

void refuse_unknown_members(const CodecSettings& settings) {
    Json members = settings.configuration;
    if (settings.dialect == Dialect::n5 && members.is_object()) members.erase("nthreads");  // the writer's own affair
    refuse_unknown_keys(members, {"cname", "clevel", "shuffle", "typesize", "blocksize"}, settings.name);
}

}  // namespace

CodecPtr make_blosc(const CodecSettings& settings) {
    refuse_unknown_members(settings);
    const BloscShuffle shuffle = shuffle_of(settings);
    return std::make_shared<BloscCodec>(Settings{
        .cname = cname_of(settings),
        .clevel = integer_setting(settings, "clevel", 0, 9, 5),
        .shuffle = shuffle,
        .typesize = typesize_of(settings, shuffle),
        .blocksize = optional_integer(settings, "blocksize", 0, 0),
    });
}

}  // namespace voxbrick
