// Resizing: whatever fails, whoever else is at work, the array is the old one or the new one, and nothing that lay
// beyond it comes back.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <thread>

#include "support/error_kind.hpp"
#include "support/failing_store.hpp"
#include "support/spec_of.hpp"
#include "support/store_text.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/format/format.hpp"
#include "voxbrick/voxbrick.hpp"

#ifndef _WIN32
#include "support/child_process.hpp"
#endif

using namespace voxbrick;

namespace {

using Voxels = std::vector<std::uint8_t>;

constexpr std::uint8_t fill = 3;

ArraySpec filled_spec(const Index& shape, const Index& chunk, const Index& shard = {}) {
    ArraySpec spec = spec_of(shape, chunk, shard);
    spec.fill_value = std::to_string(fill);
    return spec;
}

Box whole(const Index& shape) {
    return {Index::filled(shape.rank(), 0), shape};
}

void write_all(Array& array, const Box& box, std::uint8_t value) {
    Voxels voxels(static_cast<std::size_t>(product(box.shape)), value);
    array.write(box, c_order_view(voxels.data(), box.shape));
}

Voxels read_all(const Array& array, const Box& box) {
    Voxels voxels(static_cast<std::size_t>(product(box.shape)));
    array.read(box, c_order_view(voxels.data(), box.shape));
    return voxels;
}

/// `value` inside of `inner`, the fill value around it.
Voxels framed(const Index& shape, const Index& inner, std::uint8_t value) {
    Voxels voxels(static_cast<std::size_t>(product(shape)), fill);
    const Box box = intersect(whole(shape), whole(inner));
    if (!box.empty()) fill_box(subview(c_order_view(voxels.data(), shape), box), {{std::byte{value}}, 1});
    return voxels;
}

/// The metadata that another program leaves: another shape, and nothing removed.
void change_shape_only(Store& store, const Index& shape) {
    const Format& format = detect_format(store);
    (void)format.store_metadata(store, format.resized(format.open(store), shape), {});
}

const Index before{8, 8};

/// An array of 8 x 8 sevens. In `smaller` metadata, it holds sevens beyond its shape, too.
void make_sevens(const std::shared_ptr<Store>& store, const Index& shard, const Index& smaller = before) {
    Array array = Array::create(store, filled_spec(before, {2, 2}, shard));
    write_all(array, whole(before), 7);
    change_shape_only(*store, smaller);
}

void check_old_or_new(const std::shared_ptr<Store>& store, const Index& old_shape, const Index& new_shape) {
    Array array = Array::open(store, OpenMode::read_write);
    const Index shape = array.meta().shape;
    REQUIRE((shape == old_shape || shape == new_shape));
    const Index kept = shape == old_shape ? old_shape : intersect(whole(old_shape), whole(new_shape)).shape;
    CHECK(read_all(array, whole(shape)) == framed(shape, kept, 7));
    array.resize({13, 14});
    CHECK(read_all(array, whole({13, 14})) == framed({13, 14}, kept, 7));
}

struct Resizing {
    Index shard, from, to;
};

const std::vector<Resizing> resizings{
    {{}, {8, 8}, {5, 3}},      // smaller
    {{}, {5, 3}, {8, 8}},      // larger, over leftovers
    {{}, {5, 8}, {8, 3}},      // both
    {{}, {8, 8}, {0, 8}},      // to nothing
    {{4, 4}, {8, 8}, {5, 3}},  // the same with shards
    {{4, 4}, {5, 3}, {8, 8}}, {{4, 4}, {5, 8}, {8, 3}}, {{8, 8}, {1, 7}, {9, 1}},
};

}  // namespace

TEST_CASE("resize: voxels that come to an array hold the fill value, whatever was left in their place", "[array]") {
    for (const auto& [shard, from, to] : resizings) {
        const auto store = make_memory_store();
        make_sevens(store, shard, from);
        Array array = Array::open(store, OpenMode::read_write);
        array.resize(to);
        CHECK(array.meta().shape == to);
        check_old_or_new(store, from, to);
    }
}

TEST_CASE("resize: growth so large that shards cannot be asked for one by one finds leftovers, too", "[array]") {
    const auto store = make_memory_store();
    make_sevens(store, {}, {3, 3});
    Array array = Array::open(store, OpenMode::read_write);
    array.resize({std::int64_t{1} << 60, std::int64_t{1} << 60});
    CHECK(array.list_shards() == std::vector<Index>{{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    CHECK(read_all(array, whole({8, 8})) == framed({8, 8}, {3, 3}, 7));
}

TEST_CASE("resize: growth looks at what lies where the array grows to, and at nothing else", "[array]") {
    const auto failing = std::make_shared<FailingStore>(make_memory_store());
    make_sevens(failing, {});
    Array array = Array::open(failing, OpenMode::read_write);
    failing->plan().fail(GENERATE(Step::list, Step::read, Step::remove));
    array.resize({8, 12});
    CHECK_FALSE(failing->plan().has_failed());
}

TEST_CASE("resize: a border that holds nothing but fill is not written when an array grows or shrinks", "[array]") {
    const auto failing = std::make_shared<FailingStore>(make_memory_store());
    Array array = Array::create(failing, filled_spec({7, 7}, {4, 4}));
    write_all(array, whole({3, 3}), 7);
    failing->plan().fail(Step::commit, 3);  // the two are those of the metadata
    array.resize({8, 8});
    array.resize({7, 7});
    CHECK_FALSE(failing->plan().has_failed());
}

TEST_CASE("resize: a resize that fails leaves the array as it was; what it does not get to remove stays unseen",
          "[array]") {
    for (const auto& [shard, from, to] : resizings) {
        bool failed = true;
        for (std::size_t step = 1; failed; ++step) {
            INFO(step);
            const auto store = make_memory_store();
            make_sevens(store, shard, from);
            const auto failing = std::make_shared<FailingStore>(store);
            Array array = Array::open(failing, OpenMode::read_write);
            failing->plan().fail(Step::any, step);
            const bool refused = error_kind([&, to = to] { array.resize(to); }) == ErrorKind::io;
            failed = failing->plan().has_failed();
            CHECK(array.meta().shape == (refused ? from : to));
            CHECK(Array::open(store).meta().shape == (refused ? from : to));
            check_old_or_new(store, from, to);
        }
    }
}

// Thread sanitizers let no child of many threads start others.
#if !defined(_WIN32) && !defined(__SANITIZE_THREAD__)

TEST_CASE("resize: a process that dies while it resizes leaves the old array or the new one", "[array]") {
    const Step last = GENERATE(Step::commit, Step::remove, Step::lock);
    for (const auto& [shard, from, to] : resizings) {
        int result = 1;
        for (std::size_t step = 1; result != 0; ++step) {
            INFO(step);
            const TemporaryFolder folder;
            make_sevens(open_filesystem_store(folder.string(), false), shard, from);
            ChildProcess child([&, to = to] {
                const auto failing = std::make_shared<FailingStore>(open_filesystem_store(folder.string(), false));
                Array array = Array::open(failing, OpenMode::read_write);
                failing->plan().intervene(last, step, [] { ::_exit(1); });
                array.resize(to);
                return 0;
            });
            result = child.wait();
            REQUIRE((result == 0 || result == 1));
            check_old_or_new(open_filesystem_store(folder.string(), false), from, to);
        }
    }
}

#endif

TEST_CASE("resize: a write that waited while the array grew keeps what others wrote meanwhile", "[array]") {
    const auto store = make_memory_store();
    const auto failing = std::make_shared<FailingStore>(store);
    const Index shard = GENERATE(Index{}, Index{8, 8});
    Array other = Array::create(store, filled_spec({1, 5}, {8, 8}, shard));
    Array array = Array::open(failing, OpenMode::read_write);
    failing->plan().intervene(Step::lock, 1, [&] {
        other.resize({2, 8});
        write_all(other, {{0, 5}, {2, 3}}, 9);
    });
    write_all(array, whole({1, 5}), 7);
    CHECK(read_all(array, whole({2, 8})) == Voxels{7, 7, 7, 7, 7, 9, 9, 9, fill, fill, fill, fill, fill, 9, 9, 9});
}

TEST_CASE("resize: a write that waited while the array shrank is refused", "[array]") {
    const auto store = make_memory_store();
    const auto failing = std::make_shared<FailingStore>(store);
    Array other = Array::create(store, filled_spec({8, 8}, {4, 4}));
    Array array = Array::open(failing, OpenMode::read_write);
    failing->plan().intervene(Step::lock, 1, [&] { other.resize({8, 7}); });
    CHECK(error_kind([&] { write_all(array, whole({8, 8}), 7); }) == ErrorKind::out_of_bounds);
    CHECK(store->list() == std::vector<std::string>{"zarr.json"});
}

TEST_CASE("resize: what is written after a shrink outlives its end", "[array]") {
    const auto store = make_memory_store();
    make_sevens(store, {});
    const auto failing = std::make_shared<FailingStore>(store);
    Array array = Array::open(failing, OpenMode::read_write);
    Array other = Array::open(store, OpenMode::read_write);
    // The first lock is that of the change, the second that of the removal.
    failing->plan().intervene(Step::lock, 2, [&] {
        other.resize({8, 8});
        write_all(other, {{6, 6}, {2, 2}}, 9);
    });
    array.resize({3, 3});
    REQUIRE(failing->plan().has_failed());
    Voxels expected = framed({8, 8}, {3, 3}, 7);
    for (const std::size_t voxel : {54, 55, 62, 63}) expected[voxel] = 9;
    CHECK(read_all(array, whole({8, 8})) == expected);
}

TEST_CASE("resize: on disk, what is written after a shrink outlives its end", "[array]") {
    const TemporaryFolder folder;
    const Index shape{2000};
    Array array = Array::create(folder.string(), filled_spec(shape, {1}));
    write_all(array, whole(shape), 7);
    Array other = Array::open(folder.string(), OpenMode::read_write);
    std::thread shrinking([&] { array.resize({1}); });
    while (Array::open(folder.string()).meta().shape == shape) std::this_thread::yield();
    other.resize(shape);
    write_all(other, {{1999}, {1}}, 9);
    shrinking.join();
    CHECK(read_all(other, {{1998}, {2}}) == Voxels{fill, 9});
}

TEST_CASE("resize: metadata that are replaced while an array is opened are seen", "[array]") {
    for (std::size_t step = 1; step < 20; ++step) {
        INFO(step);
        const auto store = make_memory_store();
        make_sevens(store, {});
        const auto failing = std::make_shared<FailingStore>(store);
        failing->plan().intervene(Step::open, step, [&] { change_shape_only(*store, {9, 9}); });
        Array array = Array::open(failing, OpenMode::read_write);
        if (failing->plan().has_failed()) CHECK_NOTHROW(write_all(array, {{8, 8}, {1, 1}}, 1));
    }
}

TEST_CASE("resize: metadata that are replaced while an array is resized are seen", "[array]") {
    for (std::size_t step = 1; step < 60; ++step) {
        INFO(step);
        const auto store = make_memory_store();
        make_sevens(store, {});
        const auto failing = std::make_shared<FailingStore>(store);
        Array array = Array::open(failing, OpenMode::read_write);
        failing->plan().intervene(Step::open, step, [&] { change_shape_only(*store, {9, 9}); });
        array.resize({5, 5});
        (void)array.list_shards();
        CHECK(array.meta().shape == detect_format(*store).open(*store).shape);
    }
}

TEST_CASE("resize: resizes and writes at one time lose nothing", "[array]") {
    const TemporaryFolder folder;
    Array array = Array::create(folder.string(), filled_spec({8, 9}, {4, 4}, {8, 8}));
    const auto in_thread = [&](auto body) {
        return std::thread([&folder, body] {
            Array own = Array::open(folder.string(), OpenMode::read_write);
            for (int round = 0; round < 40; ++round) body(own, round);
        });
    };
    std::atomic<int> lost = 0;
    const auto write_row = [&](std::int64_t row) {
        return [&lost, row](Array& own, int round) {
            const auto value = static_cast<std::uint8_t>(round);
            write_all(own, {{row, 0}, {1, 9}}, value);
            const Voxels found = read_all(own, {{row, 0}, {1, 9}});
            lost += static_cast<int>(std::count_if(found.begin(), found.end(), [&](auto v) { return v != value; }));
        };
    };
    const auto resize = [](std::int64_t extent) {
        return [extent](Array& own, int round) { own.resize({8, round % 2 == 0 ? extent : 9}); };
    };
    std::thread threads[] = {in_thread(write_row(0)), in_thread(write_row(7)), in_thread(resize(20)),
                             in_thread(resize(11))};
    for (std::thread& thread : threads) thread.join();
    CHECK(lost == 0);
    array.resize({8, 24});
    const Voxels beyond = read_all(array, {{0, 9}, {8, 15}});
    CHECK(std::count(beyond.begin(), beyond.end(), fill) == 8 * 15);
}
