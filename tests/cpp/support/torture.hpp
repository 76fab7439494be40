// Long forms of tests, tagged [torture]: `make torture` sets VOXBRICK_TORTURE and the seed of Catch's numbers.
#pragma once

#include <cstdlib>
#include <iostream>
#include <string_view>

/// How often a test repeats what it does.
inline int rounds(int few, int many) {
    return std::getenv("VOXBRICK_TORTURE") == nullptr ? few : many;
}

/// Prints the figure of a long form.
inline void report(std::string_view what, int failed, int done) {
    if (std::getenv("VOXBRICK_TORTURE") != nullptr)
        std::cout << what << ": " << failed << " of " << done << " failed" << std::endl;
}
