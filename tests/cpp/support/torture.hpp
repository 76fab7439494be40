// Long forms of tests, tagged [torture]: `make torture` sets VOXBRICK_TORTURE and the seed of Catch's numbers.
#pragma once

#include <cstdlib>

/// How often a test repeats what it does.
inline int rounds(int few, int many) {
    return std::getenv("VOXBRICK_TORTURE") == nullptr ? few : many;
}
