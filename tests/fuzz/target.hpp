// What a fuzz target is: a function that takes any bytes, and neither crashes nor takes much time or memory.
//
// Each file of targets/ has one, FUZZ_TARGET(its_name) { ... }, and corpus/its_name what it is started with. A target
// is built twice: as a program of libFuzzer (libfuzzer.cpp), and into one program that replays the corpus (replay.cpp).
#pragma once

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "voxbrick/base/bytes.hpp"
#include "voxbrick/base/error.hpp"

namespace fuzz {

struct Target {
    std::string_view name;
    void (*run)(voxbrick::ByteView input);
};

/// All targets of this program.
inline std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

inline bool add_target(const Target& target) {
    targets().push_back(target);
    return true;
}

/// Runs `action`, which may refuse its input by an Error of one of these kinds. Whatever else it throws is a finding.
template <class Action>
bool accepts(std::initializer_list<voxbrick::ErrorKind> refusals, const Action& action) {
    try {
        action();
        return true;
    } catch (const voxbrick::Error& error) {
        if (std::find(refusals.begin(), refusals.end(), error.kind()) == refusals.end()) throw;
        return false;
    }
}

/// What does not hold is a finding.
inline void require(bool holds, const char* what) {
    if (!holds) throw std::logic_error(what);
}

inline std::string_view text_of(voxbrick::ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Takes a number of `size` bytes off the front of `input`, little-endian; 0 in the place of missing bytes.
inline std::size_t take_number(voxbrick::ByteView& input, std::size_t size) {
    std::size_t number = 0;
    for (std::size_t i = 0; i < size && !input.empty(); ++i, input = input.subspan(1))
        number |= std::to_integer<std::size_t>(input.front()) << 8 * i;
    return number;
}

/// Takes `size` bytes off the front of `input`, or all there are.
inline voxbrick::ByteView take_bytes(voxbrick::ByteView& input, std::size_t size) {
    const voxbrick::ByteView taken = input.first(std::min(size, input.size()));
    input = input.subspan(taken.size());
    return taken;
}

}  // namespace fuzz

#define FUZZ_TARGET(name)                                                                     \
    static void fuzz_##name(voxbrick::ByteView input);                                        \
    [[maybe_unused]] static const bool added_##name = fuzz::add_target({#name, fuzz_##name}); \
    static void fuzz_##name(voxbrick::ByteView input)
