// The stored blocks of a box: opened, fetched and decoded in parallel, into memory that the caller chooses.
#pragma once

#include "array/state.hpp"
#include "voxbrick/geometry/strided.hpp"

namespace voxbrick {

/// Takes the parts of a box, each once and on any thread of the pool.
class BlockSink {
  public:
    BlockSink() = default;
    BlockSink(const BlockSink&) = delete;
    BlockSink& operator=(const BlockSink&) = delete;
    virtual ~BlockSink() = default;

    /// Memory for the voxels of a part of one block, in native byte order.
    virtual StridedView room_for(const Box& part) = 0;
    /// They are there. The thread is the one that asked for the room.
    virtual void arrived(const StridedView& room) = 0;
    /// A part, of one block or several, that was never written: it holds the fill value.
    virtual void absent(const Box& part) = 0;
};

/// Gives all parts of `inside`, which lies in the array, to the sink.
void read_blocks(ArrayState& state, const ArrayMeta& meta, const Box& inside, BlockSink& sink);

}  // namespace voxbrick
