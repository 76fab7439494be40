// Codecs that cannot always encode.
#pragma once

#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// A codec that also is one of these may have been made for reading only.
class MayDecodeOnly {
  public:
    MayDecodeOnly() = default;
    MayDecodeOnly(const MayDecodeOnly&) = delete;
    MayDecodeOnly& operator=(const MayDecodeOnly&) = delete;
    virtual ~MayDecodeOnly() = default;

    /// Throws unsupported if it only decodes.
    virtual void check_encodes() const = 0;
};

/// Throws unsupported if a codec of the chain only decodes.
inline void check_encodes(const CodecChain& chain) {
    for (const CodecPtr& codec : chain.codecs())
        if (const auto* doubtful = dynamic_cast<const MayDecodeOnly*>(codec.get())) doubtful->check_encodes();
}

}  // namespace voxbrick
