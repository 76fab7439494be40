// How near do strided copies come to memcpy? One block of 128^3 voxels, too large for the inner caches;
// `of_memcpy` is the speed as a share of memcpy's, measured in the same run.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <string>

#include "voxbrick/geometry/strided.hpp"

namespace {

using namespace voxbrick;

const Index shape{128, 128, 128};

using Strides = Index (*)(const Index& shape, std::int64_t unit);

struct Case {
    const char* name;
    Strides from;
    Strides to;
    bool swap_bytes;
};

constexpr Case cases[]{
    {"same_order", f_order_strides, f_order_strides, false},
    {"transposed", f_order_strides, c_order_strides, false},
    {"byte_swapped", f_order_strides, f_order_strides, true},
};

struct Memory {
    explicit Memory(std::size_t element_size)
        : from(static_cast<std::size_t>(product(shape)) * element_size), to(from.bytes().size()) {
        std::fill(from.bytes().begin(), from.bytes().end(), std::byte{1});
        std::fill(to.bytes().begin(), to.bytes().end(), std::byte{2});
    }

    Buffer from;
    Buffer to;
};

template <class Work>
double seconds_of(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double memcpy_seconds(Memory& memory) {
    double best = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 20; ++i) {
        const MutableBytes to = memory.to.bytes();
        best = std::min(best, seconds_of([&] { std::memcpy(to.data(), memory.from.bytes().data(), to.size()); }));
        benchmark::DoNotOptimize(to.data());
    }
    return best;
}

void run(benchmark::State& state, const Case& copy, std::size_t element_size) {
    Memory memory(element_size);
    const double floor = memcpy_seconds(memory);
    const auto unit = static_cast<std::int64_t>(element_size);
    const StridedView from{memory.from.bytes().data(), shape, copy.from(shape, unit)};
    const StridedView to{memory.to.bytes().data(), shape, copy.to(shape, unit)};

    double best = std::numeric_limits<double>::infinity();
    for (auto _ : state) {
        best = std::min(best, seconds_of([&] { copy_box(from, to, element_size, copy.swap_bytes); }));
        benchmark::ClobberMemory();
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(memory.to.bytes().size()));
    state.counters["of_memcpy"] = floor / best;
}

const bool registered = [] {
    for (const Case& copy : cases) {
        for (const std::size_t element_size : {1, 2, 4, 8}) {
            const std::string name = std::string(copy.name) + "/" + std::to_string(element_size) + "_bytes";
            benchmark::RegisterBenchmark(name.c_str(), run, copy, element_size);
        }
    }
    return true;
}();

}  // namespace
