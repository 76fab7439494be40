// header.wkw.
#include "metadata.hpp"

FUZZ_TARGET(metadata_wkw) {
    fuzz::open_metadata(voxbrick::format_named("wkw"), *fuzz::store_of({{"header.wkw", input}}));
}
