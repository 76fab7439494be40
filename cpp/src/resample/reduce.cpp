// Kernels want dense rows. The axis along which the voxels lie side by side becomes the row; where there is none, the
// box is copied first.
#include "resample/reduce.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "voxbrick/geometry/grid.hpp"

namespace voxbrick {
namespace {

struct Axis {
    std::int64_t extent = 1;  // voxels
    std::int64_t in = 0;      // bytes to the next voxel
    std::int64_t out = 0;     // bytes to the next cell
    std::int64_t factor = 1;
    std::int64_t lead = 0;  // voxels of the first cell that lie before the box

    [[nodiscard]] std::int64_t cells() const noexcept { return (lead + extent - 1) / factor + 1; }
    [[nodiscard]] std::int64_t begin(std::int64_t cell) const noexcept { return std::max(cell * factor - lead, {}); }
    [[nodiscard]] std::int64_t end(std::int64_t cell) const noexcept {
        return std::min((cell + 1) * factor - lead, extent);
    }
};

class Reduction {
  public:
    Reduction(const ConstStridedView& in, const Index& offset, const StridedView& out, const Index& factors)
        : in_(in.data), out_(out.data) {
        for (std::size_t i = 0; i < in.shape.rank(); ++i) {
            const std::int64_t lead = offset[i] - floor_div(offset[i], factors[i]) * factors[i];
            if (in.shape[i] > 1) axes_[rank_++] = {in.shape[i], in.strides[i], out.strides[i], factors[i], lead};
        }
        std::stable_sort(axes_.begin(), axes_.begin() + static_cast<std::ptrdiff_t>(rank_),
                         [](const Axis& a, const Axis& b) { return std::abs(a.in) < std::abs(b.in); });
        rank_ = std::max<std::size_t>(rank_, 1);
    }

    /// Whether rows and results are dense, and every element is aligned.
    [[nodiscard]] bool suits(std::size_t element_size) const noexcept {
        const auto size = static_cast<std::int64_t>(element_size);
        const auto steps_by = [size](std::int64_t extent, std::int64_t step) { return extent == 1 || step == size; };
        bool aligned = reinterpret_cast<std::uintptr_t>(in_) % element_size == 0 &&
                       reinterpret_cast<std::uintptr_t>(out_) % element_size == 0;
        for (std::size_t i = 0; i < rank_; ++i) aligned &= axes_[i].in % size == 0 && axes_[i].out % size == 0;
        return aligned && steps_by(axes_[0].extent, axes_[0].in) && steps_by(axes_[0].cells(), axes_[0].out);
    }

    void run(std::size_t element_size, Kernel kernel) {
        const Box places = outer_cells();
        for (std::int64_t i = product(places.shape); i-- > 0;) {
            std::byte* out = enter(nth_index(places, i));
            run_row(out, element_size, kernel);
        }
    }

  private:
    [[nodiscard]] Box outer_cells() const {
        Index shape = Index::filled(rank_ - 1, 0);
        for (std::size_t i = 1; i < rank_; ++i) shape[i - 1] = axes_[i].cells();
        return {Index::filled(rank_ - 1, 0), shape};
    }

    // Collects the rows of voxels that meet in a row of cells; returns where their result goes.
    std::byte* enter(const Index& place) {
        std::byte* out = out_;
        rows_.assign(1, in_);
        for (std::size_t i = 1; i < rank_; ++i) {
            const Axis& axis = axes_[i];
            const std::int64_t cell = place[i - 1];
            out += cell * axis.out;
            spread_rows(axis.begin(cell) * axis.in, axis.end(cell) - axis.begin(cell), axis.in);
        }
        return out;
    }

    // Each row becomes `count` rows.
    void spread_rows(std::int64_t first, std::int64_t count, std::int64_t step) {
        const std::size_t before = rows_.size();
        for (std::int64_t j = 1; j < count; ++j)
            for (std::size_t k = 0; k < before; ++k) rows_.push_back(rows_[k] + first + j * step);
        for (std::size_t k = 0; k < before; ++k) rows_[k] += first;
    }

    // The cells at both ends may be cut; they are rows of one cell with another factor.
    void run_row(std::byte* out, std::size_t element_size, Kernel kernel) const {
        const Axis& axis = axes_[0];
        const std::int64_t cells = axis.cells();
        for (std::int64_t cell = 0; cell < cells;) {
            const std::int64_t factor = axis.end(cell) - axis.begin(cell);
            const std::int64_t whole = (axis.extent - axis.begin(cell)) / factor;
            const std::int64_t count = factor == axis.factor ? whole : 1;
            kernel({rows_, axis.begin(cell), factor, count, out + cell * static_cast<std::int64_t>(element_size)});
            cell += count;
        }
    }

    const std::byte* in_;
    std::byte* out_;
    std::array<Axis, max_rank> axes_{};
    std::size_t rank_ = 0;
    std::vector<const std::byte*> rows_;
};

// A copy of the box in dense, aligned memory.
StridedView dense(Buffer& buffer, const Index& shape, std::size_t element_size) {
    const auto bytes = buffer.resize(static_cast<std::size_t>(product(shape)) * element_size);
    return {bytes.data(), shape, f_order_strides(shape, static_cast<std::int64_t>(element_size))};
}

}  // namespace

void reduce(const ConstStridedView& in, const Index& offset, const StridedView& out, const Index& factors,
            std::size_t element_size, Kernel kernel) {
    Reduction reduction(in, offset, out, factors);
    if (reduction.suits(element_size)) return reduction.run(element_size, kernel);
    Buffer voxels;
    Buffer cells;
    const StridedView dense_in = dense(voxels, in.shape, element_size);
    const StridedView dense_out = dense(cells, out.shape, element_size);
    copy_box(in, dense_in, element_size);
    Reduction(dense_in, offset, dense_out, factors).run(element_size, kernel);
    copy_box(dense_out, out, element_size);
}

}  // namespace voxbrick
