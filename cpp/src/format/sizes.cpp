#include "format/sizes.hpp"

#include <limits>

namespace voxbrick {

std::int64_t dense_bytes(const Index& shape, std::size_t element_size, ErrorKind kind) {
    auto bytes = static_cast<std::int64_t>(element_size);
    for (const std::int64_t extent : shape) {
        if (extent > 0 && bytes > std::numeric_limits<std::int64_t>::max() / extent)
            fail(kind, "a box of ", shape, " elements of ", element_size, " bytes is too large");
        bytes *= extent;
    }
    return bytes;
}

}  // namespace voxbrick
