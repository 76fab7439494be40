#include "exec/open_files.hpp"

namespace voxbrick {

// Handles are limited by memory alone.
std::size_t open_file_limit() noexcept {
    return std::size_t{1} << 14;
}

}  // namespace voxbrick
