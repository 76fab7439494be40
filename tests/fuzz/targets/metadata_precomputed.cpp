// info: as the first scale, as another one, and as a question what it is.
#include "metadata.hpp"

using namespace voxbrick;

FUZZ_TARGET(metadata_precomputed) {
    const Format& format = format_named("neuroglancerPrecomputed");
    const auto store = fuzz::store_of({{"info", input}});
    fuzz::open_metadata(format, *store);
    fuzz::accepts({ErrorKind::invalid_metadata}, [&] { (void)format.claims(*store); });
    fuzz::accepts({ErrorKind::invalid_metadata}, [&] {
        if (const auto part = format.part(*store, "s/1")) fuzz::open_metadata(*part, *store);
    });
}
