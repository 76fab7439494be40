// The target that is linked with this, for libFuzzer.
#include <cstdint>

#include "target.hpp"
#include "voxbrick/exec/thread_pool.hpp"

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
    voxbrick::set_thread_count(1);  // so that a finding is found again
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::targets().front().run(std::as_bytes(std::span(data, size)));
    return 0;
}
