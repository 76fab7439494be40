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
// A frame says itself how it is to be decoded. There is no checksum.
#include <blosc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "base/little_endian.hpp"
#include "codec/bounds.hpp"
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int largest_int = std::numeric_limits<int>::max();
constexpr int threads = 1;  // the engine's own threads work on one block each

struct Settings {
    std::string cname;
    int clevel;
    int shuffle;
    int typesize;
    int blocksize;
};

constexpr std::array<std::pair<std::string_view, int>, 3> shuffles{
    {{"noshuffle", BLOSC_NOSHUFFLE}, {"shuffle", BLOSC_SHUFFLE}, {"bitshuffle", BLOSC_BITSHUFFLE}}};

std::string_view name_of_shuffle(int shuffle) {
    return std::find_if(shuffles.begin(), shuffles.end(), [&](const auto& row) { return row.second == shuffle; })
        ->first;
}

int shuffle_named(const std::string& name) {
    for (const auto& [known, shuffle] : shuffles) {
        if (known == name) return shuffle;
    }
    fail(ErrorKind::invalid_metadata, "blosc shuffle: there is no \"", name, "\"");
}

// The length that a frame decodes to, once its header is known to describe these bytes.
std::size_t decoded_size(ByteView frame) {
    if (frame.size() < BLOSC_MIN_HEADER_LENGTH) {
        fail(ErrorKind::corrupt, "blosc: ", frame.size(), " bytes are less than a header");
    }
    const std::size_t nbytes = load_u32(frame, 4);
    const std::size_t blocksize = load_u32(frame, 8);
    const std::size_t cbytes = load_u32(frame, 12);
    if (cbytes != frame.size()) {
        fail(ErrorKind::corrupt, "blosc: the header says ", cbytes, " bytes, there are ", frame.size());
    }
    if (nbytes > 0 && (blocksize == 0 || blocksize > nbytes || blocksize > BLOSC_MAX_BLOCKSIZE)) {
        fail(ErrorKind::corrupt, "blosc: block size ", blocksize, " of ", nbytes, " bytes");
    }
    std::size_t validated = 0;
    if (blosc_cbuffer_validate(frame.data(), frame.size(), &validated) != 0 || validated != nbytes) {
        fail(ErrorKind::corrupt, "blosc: damaged header");
    }
    return nbytes;
}

class BloscCodec final : public Codec {
  public:
    explicit BloscCodec(Settings settings) : settings_(std::move(settings)) {}

    std::string_view name() const noexcept override { return "blosc"; }

    std::string configuration(Dialect dialect) const override {
        Json members = {{"cname", settings_.cname}, {"clevel", settings_.clevel}, {"blocksize", settings_.blocksize}};
        if (dialect == Dialect::zarr3) {
            members["shuffle"] = name_of_shuffle(settings_.shuffle);
            members["typesize"] = settings_.typesize;
        } else {
            members["shuffle"] = settings_.shuffle;
        }
        return members.dump();
    }

    std::size_t encoded_bound(std::size_t decoded_size) const override {
        if (decoded_size > BLOSC_MAX_BUFFERSIZE) {
            fail(ErrorKind::unsupported, "blosc: a block of ", decoded_size, " bytes is over the limit of ",
                 BLOSC_MAX_BUFFERSIZE);
        }
        return decoded_size + BLOSC_MAX_OVERHEAD;
    }

    // The best of the libraries inside: Zstandard's four bytes for 128 KiB of one repeated byte.
    std::size_t decoded_bound(std::size_t encoded_size) const noexcept override {
        const std::size_t bound = saturating_product(encoded_size, std::size_t{32} << 10);
        return std::min(bound, std::size_t{BLOSC_MAX_BUFFERSIZE});
    }

    std::size_t encode(ByteView decoded, MutableBytes out) const override {
        const int written = blosc_compress_ctx(
            settings_.clevel, settings_.shuffle, static_cast<std::size_t>(settings_.typesize), decoded.size(),
            decoded.data(), out.data(), std::min(out.size(), encoded_bound(decoded.size())), settings_.cname.c_str(),
            static_cast<std::size_t>(settings_.blocksize), threads);
        if (written <= 0) {
            fail(ErrorKind::invalid_argument, "blosc: ", decoded.size(), " bytes do not encode into ", out.size());
        }
        return static_cast<std::size_t>(written);
    }

    std::size_t decode(ByteView encoded, MutableBytes out) const override {
        const std::size_t size = decoded_size(encoded);
        if (size > out.size()) {
            fail(ErrorKind::corrupt, "blosc: decodes to ", size, " bytes, expected ", out.size());
        }
        const int written = blosc_decompress_ctx(encoded.data(), out.data(), size, threads);
        if (written < 0 || static_cast<std::size_t>(written) != size) fail(ErrorKind::corrupt, "blosc: damaged data");
        return size;
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
    if (blosc_compname_to_compcode(cname.c_str()) < 0) {
        fail(ErrorKind::unsupported, "blosc cname: the Blosc library was built without ", cname);
    }
    return cname;
}

int shuffle_of(const CodecSettings& settings) {
    if (settings.dialect == Dialect::zarr3) {
        return shuffle_named(as_string(required(settings.configuration, "shuffle", settings.name), "blosc shuffle"));
    }
    const int shuffle = integer_setting(settings, "shuffle", -1, BLOSC_BITSHUFFLE, BLOSC_SHUFFLE);
    if (shuffle >= 0) return shuffle;
    return settings.element_size == 1 ? BLOSC_BITSHUFFLE : BLOSC_SHUFFLE;
}

int optional_integer(const CodecSettings& settings, std::string_view key, int low, int missing) {
    const Json* value = optional(settings.configuration, key, settings.name);
    if (value == nullptr) return missing;
    return static_cast<int>(as_integer_in(*value, low, largest_int, place_of(settings, key)));
}

int typesize_of(const CodecSettings& settings, int shuffle) {
    const int element_size = static_cast<int>(settings.element_size);
    const bool needed = settings.dialect == Dialect::zarr3 && shuffle != BLOSC_NOSHUFFLE;
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
    const int shuffle = shuffle_of(settings);
    return std::make_shared<BloscCodec>(Settings{
        .cname = cname_of(settings),
        .clevel = integer_setting(settings, "clevel", 0, 9, 5),
        .shuffle = shuffle,
        .typesize = typesize_of(settings, shuffle),
        .blocksize = optional_integer(settings, "blocksize", 0, 0),
    });
}

}  // namespace voxbrick
