// Zarr's codec blosc where voxbrick was built without C-Blosc2.
#include "codec/registry.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

CodecPtr make_blosc(const CodecSettings& settings) {
    fail(ErrorKind::unsupported, "codec \"", settings.name,
         "\": this voxbrick was built without Blosc; build it with -DVOXBRICK_BLOSC=ON");
}

}  // namespace voxbrick
