// What voxbrick-convert is asked to do.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <voxbrick/geometry/index.hpp>

struct Options {
    std::string source;
    std::string target;
    std::string format = "zarr3";
    voxbrick::Index chunk_shape;  // of the last axes, x y z; rank 0: as the source, or usual
    voxbrick::Index shard_shape;
    bool compress = true;
    bool verify = false;
    bool overwrite = false;
    bool help = false;
    std::size_t memory = std::size_t{512} << 20;  // bytes of voxels that are held at once
};

extern const char* const usage;

/// Throws voxbrick::Error (invalid_argument) that says what is wrong.
Options parse_options(std::span<char*> arguments);
