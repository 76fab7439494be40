// .zarray and .zattrs, one behind the other, and what becomes of them when an array is resized.
#include "metadata.hpp"

using namespace voxbrick;

FUZZ_TARGET(metadata_zarr2) {
    const Format& format = format_named("zarr");
    const std::size_t size = fuzz::take_number(input, 1);
    const ByteView attributes = fuzz::take_bytes(input, size);
    const auto store = fuzz::store_of({{".zattrs", attributes}, {".zarray", input}});
    if (attributes.empty()) store->remove(".zattrs", false);
    if (!fuzz::open_metadata(format, *store)) return;
    const ArrayMeta meta = format.open(*store);
    const Index shape = Index::filled(meta.shape.rank(), 3);
    fuzz::accepts({ErrorKind::invalid_argument}, [&] {
        (void)format.store_metadata(*store, format.resized(meta, shape), {});
        fuzz::require(format.open(*store).shape == shape, "the new shape is another");
    });
}
