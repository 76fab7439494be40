// attributes.json.
#include "metadata.hpp"

FUZZ_TARGET(metadata_n5) {
    fuzz::open_metadata(voxbrick::format_named("n5"), *fuzz::store_of({{"attributes.json", input}}));
}
