// Writes and what they leave behind: in memory, among open files, on stable storage.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "array/scratch.hpp"
#include "support/error_kind.hpp"
#include "support/failing_store.hpp"
#include "support/scoped.hpp"
#include "support/spec_of.hpp"
#include "support/store_text.hpp"
#include "support/system_calls.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

void write_all(Array& array, const Index& shape, std::uint8_t value, bool durable = false) {
    const std::vector<std::uint8_t> voxels(static_cast<std::size_t>(product(shape)), value);
    array.write<std::uint8_t>({Index::filled(shape.rank(), 0), shape}, voxels, Order::F, durable);
}

}  // namespace

TEST_CASE("writer: shards with many blocks are written in small groups, however few of them change", "[array]") {
    const auto failing = std::make_shared<FailingStore>(make_memory_store());
    constexpr std::int64_t many = 1 << 20;
    Array array = Array::create(failing, spec_of({many, 2}, {1, 1}, {many, 1}));
    failing->plan().fail(Step::lock, 2);  // each group has its own
    CHECK(error_kind([&] { write_all(array, {1, 2}, 7); }) == ErrorKind::io);
}

TEST_CASE("writer: the memory of a large block is freed, whatever becomes of the block", "[array]") {
    const ThreadCount one(1);
    constexpr std::int64_t large = 1 << 25;
    Array array = Array::create(make_memory_store(), spec_of({large}, {large}));
    const std::uint8_t value = GENERATE(as<std::uint8_t>(), 0, 1);
    write_all(array, {1}, value);
    CHECK(array.list_shards().size() == value);
    CHECK(Scratch::mine().decoded.capacity() == 0);
}

TEST_CASE("writer: of two who create an array in one place, one succeeds", "[array]") {
    const auto store = make_memory_store();
    const auto failing = std::make_shared<FailingStore>(store);
    failing->plan().intervene(Step::lock, 1, [&] { (void)Array::create(store, spec_of({4}, {2})); });
    const auto create = [&] { (void)Array::create(failing, spec_of({5}, {2})); };
    CHECK(error_kind(create) == ErrorKind::already_exists);
    CHECK(Array::open(store).meta().shape == Index{4});
}

TEST_CASE("writer: of many threads that create arrays in one folder, one succeeds", "[array]") {
    const Variable mode("VOXBRICK_LOCKING", GENERATE("none", "file"));
    for (int round = 0; round < 10; ++round) {
        const TemporaryFolder folder;
        std::atomic<int> created = 0;
        std::atomic<int> refused = 0;
        std::vector<std::thread> threads;
        for (const char* format : {"zarr3", "zarr", "zarr3", "zarr"}) {
            threads.emplace_back([&, format] {
                ArraySpec spec = spec_of({4}, {2});
                spec.data_format = format;
                const auto kind = error_kind([&] { (void)Array::create(folder.string(), spec); });
                created += !kind;
                refused += kind == ErrorKind::already_exists;
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(created == 1);
        CHECK(refused == 3);
        CHECK(open_filesystem_store(folder.string(), false)->list().size() <= 2);
    }
}

#ifdef __linux__

namespace {

namespace fs = std::filesystem;

bool any_replaced_file_is_open(const std::string& folder) {
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code ignored;
        const std::string name = fs::read_symlink(entry.path(), ignored).string();
        if (name.starts_with(folder) && name.ends_with("(deleted)")) return true;
    }
    return false;
}

bool has(const CallRecord& record, const std::string& call) {
    return std::ranges::find(record.calls(), call) != record.calls().end();
}

}  // namespace

TEST_CASE("writer: a shard that was read and then replaced as a whole does not stay open", "[array]") {
    const TemporaryFolder folder;
    Array array = Array::create(folder.string(), spec_of({64}, {8}, {64}));
    write_all(array, {64}, 7);
    CHECK(array.largest({{0}, {64}}).bytes[0] == std::byte{7});
    write_all(array, {64}, 8);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (any_replaced_file_is_open(folder.string()) && std::chrono::steady_clock::now() < end)
        std::this_thread::yield();  // until the background thread has closed it
    CHECK_FALSE(any_replaced_file_is_open(folder.string()));
}

TEST_CASE("writer: a durable write makes the metadata last, once", "[array]") {
    const TemporaryFolder folder;
    ArraySpec spec = spec_of({4, 4}, {4, 4});
    spec.data_format = GENERATE("zarr", "zarr3");
    spec.attributes = R"({"a": 1})";
    const ThreadCount one(1);
    Array array = Array::create(folder / "array", spec);
    {
        const CallRecord record;
        write_all(array, {4, 4}, 1, true);
        for (const std::string& key : open_filesystem_store(folder / "array", false)->list())
            if (key.find("z") != std::string::npos) CHECK(has(record, "sync " + key));
        CHECK(has(record, "sync array"));
        CHECK(has(record, "sync " + folder.path().filename().string()));
    }
    const CallRecord record;
    write_all(array, {4, 4}, 2, true);
    CHECK_FALSE(has(record, "sync " + folder.path().filename().string()));
}

TEST_CASE("writer: a durable write of nothing but fill makes the removal last", "[array]") {
    const TemporaryFolder folder;
    const ThreadCount one(1);
    Array array = Array::create(folder.string(), spec_of({4, 4}, {4, 4}));
    write_all(array, {4, 4}, 1, true);
    const CallRecord record;
    write_all(array, {4, 4}, 0, true);
    CHECK(array.list_shards().empty());
    CHECK(record.calls() == std::vector<std::string>{"sync 0", "sync c", "sync " + folder.path().filename().string()});
}

#endif

// 15 of 16 blocks would be carried over, each as long as the first: more than all that is stored.
TEST_CASE("writer: an index that names the same bytes again and again is not carried over", "[array]") {
    const auto store = make_memory_store();
    ArraySpec spec = spec_of({32, 32}, {8, 8}, {32, 32});
    spec.data_format = "zarr3";
    spec.codecs = R"([{"name": "sharding_indexed", "configuration": {"chunk_shape": [8, 8],
        "codecs": [{"name": "bytes"}],
        "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}}])";
    Array array = Array::create(store, spec);
    std::string shard(64, 'x');
    for (int block = 0; block < 16; ++block)
        for (const char byte : {'\0', '\x40'}) shard += std::string(1, byte) + std::string(7, '\0');
    put_text(*store, "c/0/0", shard);
    CHECK_THROWS_WITH(write_all(array, {1, 1}, 7), Catch::Contains("c/0/0") && Catch::Contains("320 bytes"));
    CHECK(text_of(*store, "c/0/0") == shard);
    CHECK_NOTHROW(write_all(array, {32, 32}, 7));
}
