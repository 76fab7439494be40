// Arrays that forked children inherit, forks inside of requests, and the end of the process.
//
// Under ThreadSanitizer children use no thread but their own: it does not know others in forked children.
#ifndef _WIN32

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "support/child_process.hpp"
#include "support/error_kind.hpp"
#include "support/scoped.hpp"
#include "support/spec_of.hpp"
#include "support/store_text.hpp"
#include "support/temporary_folder.hpp"
#include "support/torture.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

#ifdef __SANITIZE_THREAD__
constexpr std::size_t threads_in_child = 1;
#else
constexpr std::size_t threads_in_child = 2;
#endif

const Index shape{64, 64, 64};
const Box whole{{0, 0, 0}, shape};
const Box corner{{0, 0, 0}, {8, 8, 8}};         // in the first shard
const Box far_corner{{56, 56, 56}, {8, 8, 8}};  // in the last one

using Voxels = std::vector<std::uint8_t>;

Voxels noise(const Box& box, unsigned seed) {
    Voxels voxels(static_cast<std::size_t>(product(box.shape)));
    std::mt19937 random(seed);
    for (auto& voxel : voxels) voxel = static_cast<std::uint8_t>(random() % 7 + 1);
    return voxels;
}

Voxels read(const Array& array, const Box& box) {
    Voxels voxels(static_cast<std::size_t>(product(box.shape)));
    array.read(box, f_order_view(voxels.data(), box.shape));
    return voxels;
}

void write(Array& array, const Box& box, Voxels voxels) {
    array.write(box, f_order_view(voxels.data(), box.shape));
}

std::shared_ptr<Store> on_disk(const TemporaryFolder& folder) {
    return open_filesystem_store(folder / "array", true);
}

Array array_in(std::shared_ptr<Store> store) {
    ArraySpec spec = spec_of(shape, {8, 8, 8}, {32, 32, 32});
    spec.compress = true;
    Array array = Array::create(std::move(store), spec);
    write(array, whole, noise(whole, 1));
    return array;
}

/// Threads that read and write an array, all but the last shard, and open it again and again.
class Load {
  public:
    explicit Load(Array array, std::shared_ptr<Store> store) : array_(std::move(array)), store_(std::move(store)) {
        threads_.emplace_back(repeat([this] { (void)read(array_, corner); }));
        threads_.emplace_back(repeat([this] { (void)read(array_, {{0, 0, 0}, {64, 8, 8}}); }));
        threads_.emplace_back(repeat([this] { write(array_, {{4, 4, 4}, {24, 4, 4}}, Voxels(24 * 4 * 4, 9)); }));
        threads_.emplace_back(repeat([this] { (void)read(Array::open(store_), corner); }));
    }
    ~Load() {
        stop_ = true;
        for (std::thread& thread : threads_) thread.join();
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

  private:
    std::function<void()> repeat(std::function<void()> action) {
        return [this, action = std::move(action)] {
            while (!stop_) action();
        };
    }

    Array array_;
    std::shared_ptr<Store> store_;
    std::atomic<bool> stop_ = false;
    std::vector<std::thread> threads_;
};

/// 0 if a child can read what is there, and read back what it writes.
int use_inherited(Array& array, const Voxels& expected, unsigned round) {
    set_thread_count(threads_in_child);
    if (read(array, far_corner) != expected) return 1;
    (void)read(array, corner);
    const Voxels written = noise(far_corner, round);
    write(array, far_corner, written);
    if (read(array, far_corner) != written) return 2;
    return array.meta().shape == shape ? 0 : 3;
}

/// Forks once inside of the interrupt check that is asked while `action` runs, again and again until it is. The child
/// ends with the number that `in_child` returns, given what kind of error it got; the parent waits for it before it
/// goes on, and returns its number.
template <class Action, class InChild>
int fork_inside(Action action, InChild in_child) {
    pid_t child = -1;
    int status = -1;
    const InterruptCheck check([&] {
        if (child >= 0) return false;
        child = ::fork();
        if (child > 0) ::waitpid(child, &status, 0);
        return false;
    });
    const auto asked = [&] {
        while (child < 0) action();
    };
    const auto kind = error_kind(asked);
    if (child == 0) {
        ::alarm(60);
        set_interrupt_check({});
        int result = ChildProcess::threw;
        try {
            result = kind == ErrorKind::cancelled ? in_child() : 98;
        } catch (...) {
        }
        ::_exit(result);
    }
    CHECK(kind == std::nullopt);
    return WIFEXITED(status) ? WEXITSTATUS(status) : int{ChildProcess::killed};
}

/// How often an array is asked for an interrupt check in between, whatever the speed of the machine.
Array large_array(const TemporaryFolder& folder) {
    ArraySpec spec = spec_of({256, 256, 128}, {32, 32, 32}, {256, 256, 128});
    spec.compress = true;
    return Array::create(folder / "large", spec);
}

}  // namespace

#ifndef __SANITIZE_ADDRESS__  // a fork can catch its allocator with a mutex held
TEST_CASE("fork: children forked while threads use an array read and write it", "[array]") {
    const ThreadCount threads(2);
    const TemporaryFolder folder;
    const auto store = GENERATE(false, true) ? make_memory_store() : on_disk(folder);
    Array array = array_in(store);
    const int count = rounds(100, 5'000);
    int failed = 0;
    {
        const Load load(array, store);
        for (int round = 0; round < count; ++round) {
            const Voxels expected = read(array, far_corner);
            ChildProcess child([&] { return use_inherited(array, expected, static_cast<unsigned>(round)); });
            const int result = child.wait();
            if (result != 0) ++failed;
            CHECK(result == 0);
        }
    }
    report("forks beside threads that use an array, in " + store->description(), failed, count);
    CHECK(use_inherited(array, read(array, far_corner), 0) == 0);
}
#endif

TEST_CASE("fork: children of children use an array", "[array]") {
    const TemporaryFolder folder;
    Array array = array_in(on_disk(folder));
    const auto use = [&] { return use_inherited(array, read(array, far_corner), 2); };
    CHECK(ChildProcess([&] { return use() == 0 ? ChildProcess(use).wait() : 1; }).wait() == 0);
}

TEST_CASE("fork: a child of an array that was resized knows the new shape", "[array]") {
    const TemporaryFolder folder;
    Array array = array_in(on_disk(folder));
    const Index larger{96, 64, 64};
    array.resize(larger);
    CHECK(ChildProcess([&] { return array.meta().shape == larger ? 0 : 1; }).wait() == 0);
    CHECK(ChildProcess([&] { return array.resize(shape), 0; }).wait() == 0);
    (void)read(array, corner);
    CHECK(array.meta().shape == shape);
}

TEST_CASE("fork: a fork inside of a write leaves it to the parent", "[array]") {
    const ThreadCount threads(GENERATE(1, 3));
    const TemporaryFolder folder;
    Array large = large_array(folder);
    Array other = array_in(on_disk(folder));
    const Box box{{0, 0, 0}, large.meta().shape};
    const Voxels voxels = noise(box, 3);
    const auto in_child = [&] {
        if (use_inherited(other, read(other, far_corner), 4) != 0) return 1;
        // Its parent is still in the middle of the write, and has it locked.
        int asked = 0;
        const InterruptCheck check([&] { return ++asked == 2; });
        const auto kind = error_kind([&] { write(large, corner, noise(corner, 5)); });
        return kind == ErrorKind::cancelled ? 0 : 2;
    };
    CHECK(fork_inside([&] { write(large, box, voxels); }, in_child) == 0);
    CHECK((read(large, box) == voxels));
    CHECK(ChildProcess([&] { return write(large, corner, noise(corner, 6)), 0; }).wait() == 0);
    CHECK((read(large, corner) == noise(corner, 6)));
}

TEST_CASE("fork: a fork inside of a read leaves it to the parent", "[array]") {
    const ThreadCount threads(GENERATE(1, 3));
    const TemporaryFolder folder;
    Array large = large_array(folder);
    const Box box{{0, 0, 0}, large.meta().shape};
    const Voxels voxels = noise(box, 7);
    write(large, box, voxels);
    Voxels out;
    const auto in_child = [&] {
        set_thread_count(threads_in_child);
        return read(large, box) == voxels && read(large, box) == voxels ? 0 : 1;
    };
    CHECK(fork_inside([&] { out = read(large, box); }, in_child) == 0);
    CHECK((out == voxels));
}

TEST_CASE("fork: what a child does with a version begun by its parent changes nothing", "[array]") {
    const TemporaryFolder folder;
    const auto store = on_disk(folder);
    put_text(*store, "key", "old");
    auto writer = store->new_version("key", false);
    writer->append(std::as_bytes(std::span("new", 3)));
    CHECK(ChildProcess([&] {
              const auto use = [&] { writer->commit({}); };
              const bool refused = error_kind(use) == ErrorKind::cancelled;
              writer.reset();
              return refused ? 0 : 1;
          }).wait() == 0);
    writer->commit({});
    CHECK(text_of(*store, "key") == "new");
}

TEST_CASE("fork: a process may end while threads use arrays", "[array]") {
    const TemporaryFolder folder;
    (void)array_in(on_disk(folder));
    const int count = rounds(20, 1'000);
    int failed = 0;
    for (int round = 0; round < count; ++round) {
        ChildProcess child([&]() -> int {
            set_thread_count(threads_in_child);
            std::atexit([] { ::usleep(5000); });
            for (int thread = 0; thread < (threads_in_child == 1 ? 0 : 3); ++thread)
                std::thread([path = folder / "array"] {
                    while (true) (void)read(Array::open(path), whole);
                }).detach();
            ::usleep(5000);
            std::exit(7);
        });
        const int result = child.wait();
        if (result != 7) ++failed;
        CHECK(result == 7);
    }
    report("ends of processes whose threads use arrays", failed, count);
}

#endif
