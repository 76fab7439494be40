// What all arrays of a process together may take: memory before a slow store, indices, open files.
#include <sys/resource.h>

#include <array>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <future>
#include <thread>

#include "array/budgets.hpp"
#include "array/shard_assembly.hpp"
#include "support/child_process.hpp"
#include "support/error_kind.hpp"
#include "support/failing_store.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/array/array.hpp"
#include "voxbrick/exec/thread_pool.hpp"

using namespace voxbrick;

namespace {

// Takes nothing until it is opened.
class Gate {
  public:
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        opened_.notify_all();
    }
    void pass() {
        std::unique_lock lock(mutex_);
        opened_.wait(lock, [&] { return open_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable opened_;
    bool open_ = false;
};

class SlowWriter final : public BlobWriter {
  public:
    SlowWriter(Gate& gate, std::vector<std::size_t>& sizes) : gate_(gate), sizes_(sizes) {}

    void append(ByteView bytes) override {
        if (!bytes.empty()) gate_.pass();
        sizes_.push_back(bytes.size());
    }
    void append_zeros(std::uint64_t) override {}
    void append_from(const Blob&, std::uint64_t, std::uint64_t) override {}
    [[nodiscard]] bool commit(ByteView, const Expected&) override { return true; }

  private:
    Gate& gate_;
    std::vector<std::size_t>& sizes_;
};

// A store of one object that is written and never read.
class SlowStore final : public Store {
  public:
    explicit SlowStore(Gate& gate) : gate_(gate) {}

    [[nodiscard]] std::string description() const override { return "slow"; }
    [[nodiscard]] std::shared_ptr<const Blob> open(std::string_view) const override { return nullptr; }
    [[nodiscard]] std::optional<BlobVersion> version(std::string_view) const override { return std::nullopt; }
    [[nodiscard]] Listing list_all() const override { return {}; }
    [[nodiscard]] std::unique_ptr<BlobWriter> new_version(std::string_view, bool, const StoreLock*) override {
        return std::make_unique<SlowWriter>(gate_, sizes);
    }
    [[nodiscard]] std::unique_ptr<MutableBlob> open_mutable(std::string_view, const StoreLock*) override {
        return nullptr;
    }
    [[nodiscard]] bool remove(std::string_view, bool, const Expected&, const StoreLock*) override { return true; }
    void sync(std::string_view) override {}
    [[nodiscard]] std::unique_ptr<StoreLock> lock(std::string_view, const std::vector<std::string>&) override {
        return nullptr;
    }
    [[nodiscard]] std::unique_ptr<StoreLock> lock_all(std::string_view) override { return nullptr; }
    [[nodiscard]] std::unique_ptr<StoreLock> lock_creation() override { return nullptr; }

    std::vector<std::size_t> sizes;

  private:
    Gate& gate_;
};

ArraySpec sharded(std::int64_t side, std::int64_t shard, std::int64_t block) {
    ArraySpec spec;
    spec.data_format = "zarr3";
    spec.shape = {side, side};
    spec.shard_shape = {shard, shard};
    spec.chunk_shape = {block, block};
    return spec;
}

std::vector<std::uint8_t> ramp(const Index& shape) {
    std::vector<std::uint8_t> voxels(static_cast<std::size_t>(product(shape)));
    for (std::size_t i = 0; i < voxels.size(); ++i) voxels[i] = static_cast<std::uint8_t>(i % 251);
    return voxels;
}

void write(Array& array, const Index& offset, const Index& shape) {
    const std::vector<std::uint8_t> voxels = ramp(shape);
    array.write(Box{offset, shape}, std::span(voxels), Order::C);
}

std::vector<std::uint8_t> read(const Array& array, const Index& offset, const Index& shape) {
    return array.read<std::uint8_t>({offset, shape}, Order::C);
}

bool set_file_limit(rlim_t limit) {
    const rlimit both{limit, limit};
    return setrlimit(RLIMIT_NOFILE, &both) == 0;
}

}  // namespace

TEST_CASE("budgets: encoded blocks wait before a slow store in so much memory, and then their threads wait",
          "[array]") {
    Budget& budget = Budgets::of_process().waiting_bytes;
    REQUIRE(budget.taken() == 0);
    Gate gate;
    SlowStore store(gate);
    const Format& format = format_named("zarr3");
    const ArrayMeta meta = format.plan(sharded(4, 4, 1));
    const std::vector<std::byte> block(budget.limit() / 4);
    ShardAssembly assembly({store, format, meta, "shard", false}, nullptr, {});
    for (std::size_t number = 0; number < meta.block_count(); ++number) assembly.await(number);
    std::vector<std::future<bool>> threads;
    for (std::size_t number = 0; number < meta.block_count(); ++number)
        threads.push_back(std::async(std::launch::async, [&, number] {
            return assembly.put(number, {NewBlock::Source::encoded, block});
        }));
    // The first is being stored, four are kept for it, and no other thread comes through.
    std::size_t through = 0;
    for (int look = 0; look < 40 && through < 4; ++look) {
        through = 0;
        for (auto& thread : threads)
            through += thread.wait_for(std::chrono::milliseconds(5)) == std::future_status::ready ? 1U : 0U;
        CHECK(budget.taken() <= budget.limit());
    }
    CHECK(through <= 4);
    gate.open();
    std::size_t last = 0;
    for (auto& thread : threads) last += thread.get() ? 1U : 0U;
    CHECK(last == 1);
    CHECK(store.sizes.size() == 1 + meta.block_count());  // a head without bytes, too
    CHECK(budget.taken() == 0);
}

TEST_CASE("budgets: threads that wait for a store that fails come back", "[array]") {
    Budget& budget = Budgets::of_process().waiting_bytes;
    const auto all = budget.try_take(budget.limit());
    REQUIRE(all);
    Gate gate;
    SlowStore store(gate);
    const Format& format = format_named("zarr3");
    const ArrayMeta meta = format.plan(sharded(2, 2, 1));
    const std::array<std::byte, 8> block{};
    ShardAssembly assembly({store, format, meta, "shard", false}, nullptr, {});
    for (std::size_t number = 0; number < meta.block_count(); ++number) assembly.await(number);
    set_thread_count(2);
    CHECK_THROWS_WITH(parallel_for(2,
                                   [&](std::size_t i) {
                                       if (i == 0) throw std::runtime_error("disk full");
                                       (void)assembly.put(i, {NewBlock::Source::encoded, block});
                                   }),
                      "disk full");
    set_thread_count(0);
}

TEST_CASE("budgets: a write into a full store gives back all it had taken", "[array]") {
    const Budgets& budgets = Budgets::of_process();
    const auto failing = std::make_shared<FailingStore>(make_memory_store());
    Array array = Array::create(failing, sharded(16, 8, 2));
    write(array, {0, 0}, {16, 16});
    bool has_failed = true;
    for (std::size_t nth = 1; has_failed; ++nth) {
        failing->plan().fail(Step::append, nth);
        const auto kind = error_kind([&] { write(array, {1, 1}, {14, 14}); });
        has_failed = failing->plan().has_failed();
        CHECK(kind.has_value() == has_failed);
        CHECK(budgets.waiting_bytes.taken() == 0);
        CHECK(budgets.written_files.taken() == 0);
        CHECK(budgets.locked_files.taken() == 0);
    }
}

TEST_CASE("budgets: indices of shards are kept within a budget, and given back", "[array]") {
    Budgets& budgets = Budgets::of_process();
    const std::size_t bytes_before = budgets.index_bytes.taken();
    const std::size_t files_before = budgets.kept_files.taken();
    {
        const auto store = make_memory_store();
        Array array = Array::create(store, sharded(128, 2, 1));
        write(array, {0, 0}, {128, 128});
        CHECK(read(array, {0, 0}, {128, 128}) == ramp({128, 128}));
        CHECK(budgets.index_bytes.taken() - bytes_before == 32 * 4 * 16);  // of so many shards an array keeps
        CHECK(budgets.kept_files.taken() - files_before == 32);
        const auto all = budgets.index_bytes.try_take(budgets.index_bytes.limit() - budgets.index_bytes.taken());
        REQUIRE(all);
        CHECK(read(array, {0, 0}, {128, 128}) == ramp({128, 128}));
        CHECK(budgets.kept_files.taken() - files_before == 32);  // older ones make room
    }
    CHECK(budgets.index_bytes.taken() == bytes_before);
    CHECK(budgets.kept_files.taken() == files_before);
}

TEST_CASE("budgets: many threads write and read within the limit of open files", "[array]") {
    const TemporaryFolder folder;
    ChildProcess child([&] {
        if (!set_file_limit(64)) return 1;
        set_thread_count(4);
        constexpr std::int64_t threads = 12;
        Array array = Array::create(folder / "array", sharded(16 * threads, 4, 2));
        std::vector<std::future<bool>> writers;
        for (std::int64_t i = 0; i < threads; ++i)
            writers.push_back(std::async(std::launch::async, [&, i] {
                const Index offset{16 * i, 1};  // shards that are cut, so that there is an old one
                const Index shape{16, 16 * threads - 2};
                write(array, offset, shape);
                return read(array, offset, shape) == ramp(shape);
            }));
        int wrong = 0;
        for (auto& writer : writers)
            if (!writer.get()) ++wrong;
        return wrong;
    });
    CHECK(child.wait() == 0);
}
