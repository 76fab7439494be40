// Kernels that the compiler makes once for every processor and once for AVX2; the better one is chosen at run time.
#pragma once

#include "resample/kernel.hpp"

namespace voxbrick {

#if defined(__x86_64__) && defined(__GNUC__)  // Clang is GNUC too
// `flatten` brings what the kernel calls in here, so that it is compiled for AVX2 as well.
template <Kernel kernel>
[[gnu::flatten, gnu::target("avx2")]] void call_for_avx2(const CellRow& cells) {
    kernel(cells);
}

template <Kernel kernel>
void call_best_version(const CellRow& cells) {
    __builtin_cpu_supports("avx2") ? call_for_avx2<kernel>(cells) : kernel(cells);
}
#else
template <Kernel kernel>
void call_best_version(const CellRow& cells) {
    kernel(cells);
}
#endif

}  // namespace voxbrick
