// The first voxel of each cell.
#include "resample/kernel.hpp"

namespace voxbrick {
namespace {

template <class T>
void nearest(const CellRow& cells) {
    const T* row = cells.row<T>(0);
    for (std::int64_t i = 0; i < cells.count; ++i) cells.result<T>()[i] = row[i * cells.factor];
}

}  // namespace

Kernel nearest_kernel(DType dtype) {
    return kernel_for(dtype, [](auto type) -> Kernel { return &nearest<decltype(type)>; });
}

}  // namespace voxbrick
