#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "array/shard_assembly.hpp"
#include "support/store_text.hpp"
#include "voxbrick/exec/thread_pool.hpp"

using namespace voxbrick;

namespace {

ArrayMeta meta_of(const Format& format) {
    ArraySpec spec;
    spec.data_format = format.name();
    spec.dtype = dtype_of<std::uint8_t>();
    spec.shape = format.name() == "wkw" ? Index() : Index{64, 64, 64};
    spec.chunk_shape = {8, 8, 8};
    spec.shard_shape = {64, 64, 64};
    spec.compress = true;
    return format.plan(spec);
}

struct Shard {
    explicit Shard(const Format& which) : format(which), meta(meta_of(which)) {}

    std::shared_ptr<const ShardReader> open() const {
        auto blob = store->open("shard");
        return blob ? std::make_shared<const ShardReader>(format.open_shard(meta, {}, std::move(blob))) : nullptr;
    }

    /// Writes the blocks of these numbers, brought in the order given; true if the assembly was done just once.
    bool write(const std::vector<std::size_t>& numbers, std::string_view text) const {
        const std::string before = text_of(*store, "shard");
        const ShardAssembly::Target target{*store, format, meta, "shard", false};
        ShardAssembly assembly(target, open(), {std::byte{'e'}});
        for (const std::size_t number : numbers) assembly.await(number);
        std::atomic<int> done = 0;
        parallel_for(numbers.size(), [&](std::size_t i) {
            if (assembly.put(numbers[i], block(std::string(text) + std::to_string(numbers[i])))) ++done;
        });
        CHECK((text_of(*store, "shard") == before));
        (void)assembly.finish();
        assembly.commit();
        return done == 1;
    }

    std::string read(std::size_t number) const {
        const auto shard = open();
        const auto range = shard->index.find(number);
        std::string text(range->size, ' ');
        shard->blob->read_at(range->offset, std::as_writable_bytes(std::span(text)));
        return text;
    }

    static NewBlock block(const std::string& text) { return {NewBlock::Source::encoded, bytes_of(text)}; }

    const Format& format;
    ArrayMeta meta;
    std::shared_ptr<Store> store = make_memory_store();
};

}  // namespace

TEST_CASE("shard assembly: blocks are stored in their order, whoever brings them when", "[array]") {
    const Format& format = format_named(GENERATE("wkw", "zarr3"));
    const Shard shard(format);
    std::mt19937 random(GENERATE(range(0U, 10U)));
    std::vector<std::size_t> numbers(shard.meta.block_count());
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    std::vector<std::string> expected(numbers.size(), "e");
    for (const std::string text : {"first ", "the second "}) {
        std::shuffle(numbers.begin(), numbers.end(), random);
        const std::vector<std::size_t> some(numbers.begin(), numbers.begin() + 1 + random() % 300);
        CHECK(shard.write(some, text));
        for (const std::size_t number : some) expected[number] = text + std::to_string(number);
        for (std::size_t number = 0; number < expected.size(); ++number) CHECK(shard.read(number) == expected[number]);
    }
}

TEST_CASE("shard assembly: only one of those who bring the last blocks is told that all are stored", "[array]") {
    const Shard shard(format_named("zarr3"));
    set_thread_count(2);
    // A thread whose turn has ended looks on while another one stores the rest: rare, but for a thread sanitizer.
    for (int round = 0; round < 30000; ++round) {
        const ShardAssembly::Target target{*shard.store, shard.format, shard.meta, "shard", false};
        ShardAssembly assembly(target, nullptr, {});
        for (std::size_t number = 0; number < 2; ++number) assembly.await(number);
        std::atomic<int> done = 0;
        parallel_for(2, [&](std::size_t i) {
            if (assembly.put(i, Shard::block("some bytes"))) ++done;
        });
        REQUIRE(done == 1);
    }
    set_thread_count(0);
}

TEST_CASE("shard assembly: a shard of which nothing is left is removed", "[array]") {
    const Shard shard(format_named("zarr3"));
    put_text(*shard.store, "shard", "old");
    ShardAssembly assembly({*shard.store, shard.format, shard.meta, "shard", false}, nullptr, {});
    assembly.await(5);
    CHECK(assembly.put(5, {NewBlock::Source::absent, {}}));
    (void)assembly.finish();
    assembly.commit();
    CHECK(shard.store->list().empty());
}
