// Opening files that have to be there.
#pragma once

#include <string>

#include "store/file.hpp"

namespace voxbrick {

/// A file to change in place. Throws not_found if there is none.
[[nodiscard]] File open_for_change(const std::string& path);

/// The same; makes the file, empty, and its folder where they are missing.
[[nodiscard]] File open_or_make(const std::string& path);

}  // namespace voxbrick
