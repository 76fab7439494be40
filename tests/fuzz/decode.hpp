// Any bytes as what a codec has encoded.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "codec/registry.hpp"
#include "support/guarded_bytes.hpp"
#include "target.hpp"

namespace fuzz {

inline voxbrick::CodecPtr codec_of(voxbrick::Dialect dialect, const std::string& name,
                                   const std::string& configuration = "{}", std::size_t element_size = 2) {
    return voxbrick::make_codec(name, voxbrick::Json::parse(configuration), dialect, element_size);
}

/// Of a fixed place in memory, as many bytes as wanted; whoever goes beyond their end crashes.
inline voxbrick::MutableBytes guarded(const GuardedBytes& room, std::size_t size) {
    return room.bytes().last(std::min(size, room.bytes().size()));
}

inline voxbrick::ByteView guarded_copy(const GuardedBytes& room, voxbrick::ByteView bytes) {
    const voxbrick::MutableBytes copy = guarded(room, bytes.size());
    std::copy_n(bytes.begin(), copy.size(), copy.begin());
    return copy;
}

/// Decodes by `chain` into exactly `size` bytes.
inline void decode_guarded(const voxbrick::CodecChain& chain, voxbrick::ByteView encoded, std::size_t size) {
    static const GuardedBytes in(std::size_t{1} << 16);
    static const GuardedBytes out(std::size_t{1} << 18);
    const voxbrick::ByteView input = guarded_copy(in, encoded);
    accepts({voxbrick::ErrorKind::corrupt}, [&] { chain.decode(input, guarded(out, size)); });
}

/// The first byte chooses one of `chains`, the next two how many bytes are expected; the rest is decoded.
inline void decode_any(const std::vector<voxbrick::CodecChain>& chains, voxbrick::ByteView input) {
    const voxbrick::CodecChain& chain = chains[take_number(input, 1) % chains.size()];
    const std::size_t size = take_number(input, 2);
    decode_guarded(chain, input, size);
}

inline std::vector<voxbrick::CodecChain> each_alone(const std::vector<voxbrick::CodecPtr>& codecs) {
    std::vector<voxbrick::CodecChain> chains;
    for (const voxbrick::CodecPtr& codec : codecs) chains.emplace_back(std::vector{codec});
    return chains;
}

}  // namespace fuzz
