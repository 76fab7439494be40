// Which symbols the shared library shows: those of the public headers that carry VOXBRICK_API, and no others.
#pragma once

// VOXBRICK_STATIC: the engine is linked into the program or extension itself, which need not show it on.
// VOXBRICK_BUILDING: the engine itself is compiled.
#if defined(_WIN32) && defined(VOXBRICK_BUILDING)
#define VOXBRICK_API __declspec(dllexport)
#elif defined(VOXBRICK_STATIC)
#define VOXBRICK_API
#elif defined(_WIN32)
#define VOXBRICK_API __declspec(dllimport)
#else
#define VOXBRICK_API __attribute__((visibility("default")))
#endif
