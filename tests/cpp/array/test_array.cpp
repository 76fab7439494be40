// The whole engine on a store in memory, against a model that is a plain vector of voxels.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include "support/error_kind.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

using Voxel = std::uint16_t;

struct Model {
    Index shape;
    std::vector<Voxel> voxels;

    explicit Model(const Index& extent) : shape(extent), voxels(static_cast<std::size_t>(product(extent))) {}

    TypedView view() { return c_order_view(voxels.data(), shape); }

    void write(const Box& box, const ConstStridedView& in) { copy_box(in, subview(view(), box), sizeof(Voxel)); }

    std::vector<Voxel> read(const Box& box) {
        std::vector<Voxel> out(static_cast<std::size_t>(product(box.shape)));
        const Box inside = intersect(box, {Index::filled(shape.rank(), 0), shape});
        const StridedView target = subview(f_order_view(out.data(), box.shape), relative_to(inside, box.offset));
        if (!inside.empty()) copy_box(subview(view(), inside), target, sizeof(Voxel));
        return out;
    }
};

std::int64_t pick(std::mt19937& random, std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(random()) % (last - first + 1);
}

Box random_box_in(std::mt19937& random, const Index& shape) {
    Box box{shape, shape};
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        box.offset[axis] = pick(random, 0, shape[axis] - 1);
        box.shape[axis] = pick(random, 0, shape[axis] - box.offset[axis]);
    }
    return box;
}

// Noise here and there, so that some blocks are constant, some empty, some neither.
std::vector<Voxel> random_voxels(std::mt19937& random, const Box& box) {
    std::vector<Voxel> voxels(static_cast<std::size_t>(product(box.shape)), static_cast<Voxel>(random() % 3));
    if (random() % 2)
        for (Voxel& voxel : voxels) voxel = static_cast<Voxel>(random());
    return voxels;
}

ArraySpec wkw_spec(const std::string& codecs, bool compress) {
    ArraySpec spec;
    spec.dtype = dtype_of<Voxel>();
    spec.num_channels = 2;
    spec.chunk_shape = {4, 4, 4};
    spec.shard_shape = {8, 8, 8};
    spec.compress = compress;
    spec.codecs = codecs;
    return spec;
}

ArraySpec zarr_spec(const Index& shape, const Index& chunk, const Index& shard, const std::string& codecs) {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.dtype = dtype_of<Voxel>();
    spec.shape = shape;
    spec.chunk_shape = chunk;
    spec.shard_shape = shard;
    spec.codecs = codecs;
    return spec;
}

ArraySpec zarr2_spec(const Index& shape, const Index& chunk, const std::string& codecs) {
    ArraySpec spec = zarr_spec(shape, chunk, {}, codecs);
    spec.data_format = "zarr";
    return spec;
}

struct Case {
    std::string name;
    ArraySpec spec;
    Index shape;
};

std::vector<Case> all_cases() {
    const std::string big_endian = R"([{"name":"transpose","configuration":{"order":[1,2,0]}},
        {"name":"bytes","configuration":{"endian":"big"}}])";
    const std::string gzip = R"([{"name":"bytes","configuration":{"endian":"little"}},
        {"name":"gzip","configuration":{"level":1}},{"name":"crc32c"}])";
    const std::string big_endian_lz4 = R"([{"name":"bytes","configuration":{"endian":"big"}},{"id":"lz4"}])";
    return {
        {"WKW raw", wkw_spec("", false), {2, 20, 20, 20}},
        {"WKW LZ4HC", wkw_spec("", true), {2, 20, 20, 20}},
        {"WKW LZ4", wkw_spec(R"([{"name":"lz4"}])", true), {2, 20, 20, 20}},
        {"Zarr v3 sharded", zarr_spec({21, 18, 13}, {4, 3, 5}, {8, 9, 5}, ""), {21, 18, 13}},
        {"Zarr v3 sharded, permuted, big-endian",
         zarr_spec({21, 18, 13}, {4, 3, 5}, {8, 9, 5}, big_endian),
         {21, 18, 13}},
        {"Zarr v3 chunks", zarr_spec({30, 17}, {7, 4}, {}, gzip), {30, 17}},
        {"Zarr v2", zarr2_spec({21, 18, 13}, {4, 3, 5}, ""), {21, 18, 13}},
        {"Zarr v2 big-endian", zarr2_spec({30, 17}, {7, 4}, big_endian_lz4), {30, 17}},
    };
}

void require_equal(const Array& array, Model& model, const Box& box) {
    std::vector<Voxel> found(static_cast<std::size_t>(product(box.shape)), 77);
    array.read(box, f_order_view(found.data(), box.shape));
    INFO(box);
    REQUIRE(found == model.read(box));
    if (box.empty()) return;
    Voxel largest = 0;
    std::memcpy(&largest, array.largest(box).bytes.data(), sizeof(Voxel));
    REQUIRE(largest == *std::max_element(found.begin(), found.end()));
}

}  // namespace

TEST_CASE("array: what is written is read, whatever the boxes", "[array]") {
    for (const Case& test : all_cases()) {
        INFO(test.name);
        std::mt19937 random(21);
        const auto store = make_memory_store();
        Array array = Array::create(store, test.spec);
        Model model(test.shape);
        for (int round = 0; round < 60; ++round) {
            const Box box = random_box_in(random, test.shape);
            auto voxels = random_voxels(random, box);
            const TypedView in =
                random() % 2 ? c_order_view(voxels.data(), box.shape) : f_order_view(voxels.data(), box.shape);
            array.write(box, in);
            model.write(box, in);

            Box wanted = random_box_in(random, test.shape);
            for (std::size_t axis = 1; axis < wanted.rank(); ++axis) wanted.shape[axis] += pick(random, 0, 5);
            require_equal(array, model, wanted);
        }
        const Array again = Array::open(store);
        require_equal(again, model, {Index::filled(test.shape.rank(), 0), test.shape});
    }
}

TEST_CASE("array: threads that write disjoint voxels of the same shards lose nothing", "[array]") {
    for (const Case& test : all_cases()) {
        INFO(test.name);
        Array array = Array::create(make_memory_store(), test.spec);
        Model model(test.shape);
        std::vector<std::thread> threads;
        const std::int64_t last = test.shape[test.shape.rank() - 1];
        std::vector<std::vector<Voxel>> slabs;
        for (std::int64_t i = 0; i < last; ++i) {
            Box slab{Index::filled(test.shape.rank(), 0), test.shape};
            slab.offset[slab.rank() - 1] = i;
            slab.shape[slab.rank() - 1] = 1;
            slabs.emplace_back(static_cast<std::size_t>(product(slab.shape)), static_cast<Voxel>(i + 1));
            model.write(slab, c_order_view(slabs.back().data(), slab.shape));
            threads.emplace_back([&array, slab, voxels = slabs.back()]() mutable {
                array.write(slab, c_order_view(voxels.data(), slab.shape));
            });
        }
        for (std::thread& thread : threads) thread.join();
        require_equal(array, model, {Index::filled(test.shape.rank(), 0), test.shape});
    }
}

TEST_CASE("array: a smaller array forgets what fell outside", "[array]") {
    Array array = Array::create(make_memory_store(), zarr_spec({20, 20}, {3, 4}, {6, 8}, ""));
    Model model({20, 20});
    std::fill(model.voxels.begin(), model.voxels.end(), Voxel{9});
    array.write({{0, 0}, {20, 20}}, model.view());
    array.resize({10, 7});
    array.resize({20, 20});
    CHECK(array.list_shards() == std::vector<Index>{{0, 0}, {1, 0}});
    Model expected({20, 20});
    for (std::size_t i = 0; i < 10; ++i) std::fill_n(expected.voxels.begin() + static_cast<long>(20 * i), 7, Voxel{9});
    require_equal(array, expected, {{0, 0}, {20, 20}});
}

TEST_CASE("array: voxels that were never written are fill inside the array and zero outside", "[array]") {
    ArraySpec spec = zarr_spec({4, 4}, {2, 2}, {}, "");
    spec.fill_value = "7";
    const Array array = Array::create(make_memory_store(), spec);
    std::vector<Voxel> found(2 * 6);
    array.read({{0, 0}, {2, 6}}, c_order_view(found.data(), {2, 6}));
    CHECK(found == std::vector<Voxel>{7, 7, 7, 7, 0, 0, 7, 7, 7, 7, 0, 0});
}

TEST_CASE("array: a shard with more blocks than memory can hold is refused", "[array]") {
    const ArraySpec spec = zarr_spec({1 << 14, 1 << 14}, {1, 1}, {1 << 14, 1 << 14}, "");
    CHECK(error_kind([&] { (void)Array::create(make_memory_store(), spec); }) == ErrorKind::unsupported);
    // WKW's header has room for compressed files of 512^3 blocks.
    const auto store = make_memory_store();
    constexpr std::array<unsigned char, 16> header{'W', 'K', 'W', 1, 0x90, 2, 1, 1};
    replace_bytes(*store, "header.wkw", false, std::as_bytes(std::span(header)));
    Array array = Array::open(store, OpenMode::read_write);
    std::array<std::uint8_t, 1> voxel{1};
    const auto write = [&] { array.write({{0, 0, 0, 0}, {1, 1, 1, 1}}, c_order_view(voxel.data(), {1, 1, 1, 1})); };
    CHECK(error_kind(write) == ErrorKind::unsupported);
}

TEST_CASE("array: requests that make no sense are refused", "[array]") {
    const auto store = make_memory_store();
    Array array = Array::create(store, zarr_spec({4, 4}, {2, 2}, {}, ""));
    std::vector<Voxel> voxels(100);
    const auto view = [&](const Index& shape) { return c_order_view(voxels.data(), shape); };
    CHECK(error_kind([&] { array.read({{0}, {1}}, view({1})); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { array.read({{0, 0}, {2, 2}}, view({2, 3})); }) == ErrorKind::invalid_argument);
    CHECK(error_kind([&] { array.read({{-1, 0}, {2, 2}}, view({2, 2})); }) == ErrorKind::out_of_bounds);
    CHECK(error_kind([&] { array.write({{3, 3}, {2, 2}}, view({2, 2})); }) == ErrorKind::out_of_bounds);
    CHECK(error_kind([&] { Array::open(store).write({{0, 0}, {1, 1}}, view({1, 1})); }) == ErrorKind::read_only);
    CHECK(error_kind([&] { (void)Array::create(store, wkw_spec("", true)); }) == ErrorKind::already_exists);
    CHECK(error_kind([&] { (void)Array::open(make_memory_store()); }) == ErrorKind::not_found);
}
