// A folder whose every file may be anything: opened, listed, read and written as an array.
#include "voxbrick/array/array.hpp"

#include <array>
#include <span>

#include "target.hpp"
#include "voxbrick/format/format.hpp"

using namespace voxbrick;

namespace {

constexpr std::array keys{"header.wkw",   "zarr.json", ".zarray", ".zattrs", "attributes.json", "info",
                          "z0/y0/x0.wkw", "c/0/0/0",   "c/0/0",   "0.0.0",   "0/0/0",           "s/0-2_0-2_0-2",
                          "s/0.shard",    "c/1/0/0",   "0/0",     "0.0"};

// Pieces of the input, each behind the number of its key and its length.
std::shared_ptr<Store> split(ByteView input) {
    auto store = make_memory_store();
    while (!input.empty()) {
        const std::size_t key = fuzz::take_number(input, 1) % keys.size();
        const std::size_t size = fuzz::take_number(input, 2);
        replace_bytes(*store, keys[key], false, fuzz::take_bytes(input, size));
    }
    return store;
}

// A few voxels at the array's begin, in blocks that are no larger than a test can bear: metadata may rightly ask for
// more.
std::optional<Box> small_box(const ArrayMeta& meta) {
    constexpr std::size_t most_bytes = std::size_t{1} << 16;
    if (meta.block_bytes() > most_bytes || meta.block_count() > 4096) return std::nullopt;
    Box box{Index::filled(meta.shape.rank(), 0), meta.shape};
    for (std::size_t axis = 0; axis < box.rank(); ++axis) box.shape[axis] = std::min<std::int64_t>(box.shape[axis], 3);
    return box;
}

constexpr auto refusals = {ErrorKind::corrupt, ErrorKind::unsupported, ErrorKind::invalid_metadata,
                           ErrorKind::not_found, ErrorKind::invalid_argument};

void use(Array array, const Box& box, bool writable) {
    const DType dtype = array.meta().dtype;
    const auto size = static_cast<std::int64_t>(size_of(dtype));
    const auto view = [&](std::vector<std::byte>& memory) {
        return TypedView({memory.data(), box.shape, c_order_strides(box.shape, size)}, dtype);
    };
    std::vector<std::byte> voxels(static_cast<std::size_t>(product(box.shape) * size));
    fuzz::accepts(refusals, [&] { array.read(box, view(voxels)); });
    fuzz::accepts(refusals, [&] { (void)array.largest(box); });
    if (!writable) return;
    fuzz::accepts(refusals, [&] {
        array.write(box, view(voxels));
        std::vector<std::byte> again(voxels.size());
        array.read(box, view(again));
        fuzz::require(again == voxels, "other voxels are read than were written");
    });
}

}  // namespace

FUZZ_TARGET(array) {
    const auto store = split(input);
    fuzz::accepts(refusals, [&] {
        const Array array = Array::open(store);
        fuzz::accepts(refusals, [&] { (void)array.list_shards(); });
        (void)array.list_keys();
        const auto box = small_box(array.meta());
        if (!box) return;
        const bool writable = format_named(array.meta().data_format).writable();
        use(writable ? Array::open(store, OpenMode::read_write) : array, *box, writable);
    });
}
