// zarr.json, and what becomes of it when an array is resized.
#include "metadata.hpp"

using namespace voxbrick;

FUZZ_TARGET(metadata_zarr3) {
    const Format& format = format_named("zarr3");
    const auto store = fuzz::store_of({{"zarr.json", input}});
    if (!fuzz::open_metadata(format, *store)) return;
    const ArrayMeta meta = format.open(*store);
    const Index shape = Index::filled(meta.shape.rank(), 3);
    fuzz::accepts({ErrorKind::invalid_argument}, [&] {
        (void)format.store_metadata(*store, format.resized(meta, shape), {});
        fuzz::require(format.open(*store).shape == shape, "the new shape is another");
    });
}
