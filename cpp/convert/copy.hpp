// All voxels of one array into another.
#pragma once

#include <voxbrick/array/array.hpp>

/// Copies file by file of the target, in pieces of at most `memory` bytes (or a block, if that is more). With `verify`
/// every piece is read again; throws voxbrick::Error (corrupt) where it differs.
void copy(const voxbrick::Array& source, voxbrick::Array& target, std::size_t memory, bool verify);
