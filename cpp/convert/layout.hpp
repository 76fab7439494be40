// What the new array is to be, and how much of the old one there is.
#pragma once

#include <string>
#include <vector>
#include <voxbrick/array/array.hpp>

#include "options.hpp"

/// The array's shape; where it has none (WKW), the corner up to which shards are stored.
voxbrick::Index extent_of(const voxbrick::Array& array);

/// What the new array will not have of the old one, a sentence for each.
std::vector<std::string> losses(const voxbrick::ArrayMeta& source, const voxbrick::ArraySpec& spec);

/// Throws voxbrick::Error (unsupported, invalid_argument) where the format has no such array.
voxbrick::ArraySpec spec_for(const voxbrick::Array& source, const Options& options);
