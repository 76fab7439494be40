// Functions that the compiler makes once for every processor and once for AVX2; the better one is chosen at run time.
#pragma once

// `flatten` brings what such a function calls into both. Sanitizers are not ready when the choice is made.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define VOXBRICK_MULTIVERSION __attribute__((flatten, target_clones("avx2", "default")))
#else
#define VOXBRICK_MULTIVERSION
#endif
