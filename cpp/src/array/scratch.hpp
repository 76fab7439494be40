// Memory that each worker keeps between blocks.
#pragma once

#include <array>

#include "voxbrick/base/bytes.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// One worker's buffers. Freed after unusually large blocks, so that one such does not stay for ever; so are those
/// of the codecs.
struct Scratch {
    Buffer encoded;
    Buffer decoded;
    Buffer voxels;  // of a block that is looked at and not kept
    std::array<Buffer, 2> compared;
    std::size_t leases = 0;

    /// The calling thread's own.
    static Scratch& mine() {
        thread_local Scratch scratch;
        return scratch;
    }

    void release_large() {
        constexpr std::size_t keep = std::size_t{8} << 20;
        if (encoded.capacity() > keep) encoded = Buffer();
        if (decoded.capacity() > keep) decoded = Buffer();
        if (voxels.capacity() > keep) voxels = Buffer();
        for (Buffer& buffer : compared)
            if (buffer.capacity() > keep) buffer = Buffer();
        CodecChain::release_scratch(keep);
    }
};

/// The calling thread's scratch for as long as a block is worked on, whatever becomes of it. Work on a block may
/// be part of other work that has a lease: what that one uses stays.
class ScratchLease {
  public:
    ScratchLease() { ++Scratch::mine().leases; }
    ScratchLease(const ScratchLease&) = delete;
    ScratchLease& operator=(const ScratchLease&) = delete;
    ~ScratchLease() {
        if (--Scratch::mine().leases == 0) Scratch::mine().release_large();
    }
};

}  // namespace voxbrick
