// The one object of each format.
#pragma once

#include "voxbrick/format/format.hpp"

namespace voxbrick {

#define VOXBRICK_FORMAT(name) [[nodiscard]] const Format& name##_format();
#include "format/formats.def"
#undef VOXBRICK_FORMAT

}  // namespace voxbrick
