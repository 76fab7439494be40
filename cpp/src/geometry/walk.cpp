#include "geometry/walk.hpp"

#include <algorithm>
#include <cstdlib>

namespace voxbrick {
namespace {

// Walks an axis from its other end if the destination runs backwards.
void run_forwards(Walk& walk, WalkAxis& axis) {
    if (axis.to >= 0) return;
    walk.from += axis.from * (axis.extent - 1);
    walk.to += axis.to * (axis.extent - 1);
    axis.from = -axis.from;
    axis.to = -axis.to;
}

bool continues(const WalkAxis& inner, const WalkAxis& outer) {
    return outer.from == inner.from * inner.extent && outer.to == inner.to * inner.extent;
}

void join_axes(Walk& walk) {
    std::size_t last = 0;
    for (std::size_t axis = 1; axis < walk.rank; ++axis) {
        if (continues(walk.axes[last], walk.axes[axis]))
            walk.axes[last].extent *= walk.axes[axis].extent;
        else
            walk.axes[++last] = walk.axes[axis];
    }
    walk.rank = std::min(walk.rank, last + 1);
}

}  // namespace

Walk::Walk(const ConstStridedView& source, const StridedView& target) : from(source.data), to(target.data) {
    for (std::size_t i = 0; i < target.shape.rank(); ++i) {
        if (target.shape[i] == 1) continue;
        WalkAxis axis{target.shape[i], source.strides[i], target.strides[i]};
        run_forwards(*this, axis);
        axes[rank++] = axis;
    }
    std::stable_sort(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(rank),
                     [](const WalkAxis& a, const WalkAxis& b) { return a.to < b.to; });
    join_axes(*this);
}

std::size_t Walk::fastest_source_axis() const noexcept {
    const auto* end = axes.data() + rank;
    const auto* fastest = std::min_element(
        axes.data(), end, [](const WalkAxis& a, const WalkAxis& b) { return std::abs(a.from) < std::abs(b.from); });
    return static_cast<std::size_t>(fastest - axes.data());
}

void Walk::move_to_second(std::size_t axis) noexcept {
    if (axis > 1)
        std::rotate(axes.begin() + 1, axes.begin() + static_cast<std::ptrdiff_t>(axis),
                    axes.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
}

}  // namespace voxbrick
