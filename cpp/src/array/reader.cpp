#include "array/reader.hpp"

#include "array/block_reader.hpp"
#include "voxbrick/array/plan.hpp"

namespace voxbrick {
namespace {

// The caller's memory takes each part where it belongs.
class BoxSink final : public BlockSink {
  public:
    BoxSink(const ArrayMeta& meta, const Box& box, const StridedView& out) : meta_(meta), box_(box), out_(out) {}

    StridedView room_for(const Box& part) override { return subview(out_, relative_to(part, box_.offset)); }
    void arrived(const StridedView&) override {}
    void absent(const Box& part) override { fill_box(room_for(part), meta_.fill); }

  private:
    const ArrayMeta& meta_;
    const Box& box_;
    const StridedView& out_;
};

// Beyond the array there is nothing, which reads as zero whatever the fill value.
void fill_outside(const ArrayMeta& meta, const Box& box, const StridedView& out) {
    const ElementBits zero{{}, meta.element_size()};
    for (const Box& piece : outside(box, meta.bounds())) fill_box(subview(out, relative_to(piece, box.offset)), zero);
}

}  // namespace

void read_box(ArrayState& state, const ArrayMeta& meta, const Box& box, const StridedView& out) {
    fill_outside(meta, box, out);
    const Box inside = intersect(box, meta.bounds());
    BoxSink sink(meta, box, out);
    if (!inside.empty()) read_blocks(state, meta, inside, sink);
}

}  // namespace voxbrick
