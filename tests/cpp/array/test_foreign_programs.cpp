// Programs that replace the metadata, or shards, and know nothing of our locks: zarr-python does so with every
// attribute.
#ifndef _WIN32

#include <catch2/catch.hpp>
#include <thread>

#include "support/child_process.hpp"
#include "support/error_kind.hpp"
#include "support/failing_store.hpp"
#include "support/scoped.hpp"
#include "support/spec_of.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t side = 32;
constexpr std::int64_t block = 8;
constexpr std::int64_t blocks = side / block;

struct Kind {
    const char* name;
    const char* metadata;
};

const Kind kinds[] = {{"zarr3", "zarr.json"}, {"zarr", ".zarray"}, {"wkw", "header.wkw"}, {"raw wkw", "header.wkw"}};

ArraySpec spec_named(const Kind& kind) {
    const std::string name = kind.name;
    if (name.starts_with("zarr")) {
        ArraySpec spec = spec_of({side, side}, {block, block}, {side, side});
        spec.attributes = R"({"seen": false})";
        if (name == "zarr3") return spec;
        spec.data_format = "zarr";
        spec.chunk_shape = spec.shard_shape;
        return spec;
    }
    ArraySpec spec;
    spec.data_format = "wkw";
    spec.dtype = DType::uint8;
    spec.chunk_shape = {block, block, block};
    spec.shard_shape = {side, side, side};
    spec.compress = name == "wkw";
    return spec;
}

/// Columns of one block's width, one after the other: those of an odd number cut each block in two.
Box column(const Array& array, std::int64_t number) {
    Index offset = Index::filled(array.meta().shape.rank(), 0);
    Index shape = Index::filled(array.meta().shape.rank(), 1);
    const std::size_t x = offset.rank() - 2;
    offset[x] = number * (block / 2);
    shape[x] = block / 2;
    shape[x + 1] = side;
    return {offset, shape};
}

void write_column(Array& array, std::int64_t number, std::uint8_t value) {
    const Box box = column(array, number);
    const std::vector<std::uint8_t> voxels(static_cast<std::size_t>(product(box.shape)), value);
    array.write<std::uint8_t>(box, voxels);
}

bool has_column(const Array& array, std::int64_t number, std::uint8_t value) {
    const Box box = column(array, number);
    return std::ranges::all_of(array.read<std::uint8_t>(box), [&](std::uint8_t voxel) { return voxel == value; });
}

/// As an editor does: the same text in a new file, renamed.
void rewrite(const fs::path& file) {
    const fs::path copy = file.string() + ".copy";
    fs::copy_file(file, copy, fs::copy_options::overwrite_existing);
    fs::rename(copy, file);
}

}  // namespace

TEST_CASE("writers of one shard lose nothing while another program rewrites the metadata", "[foreign]") {
    const Kind kind = GENERATE(from_range(std::begin(kinds), std::end(kinds)));
    CAPTURE(kind.name);
    for (int round = 0; round < 2; ++round) {
        const TemporaryFolder folder;
        (void)Array::create(folder / "array", spec_named(kind));
        ChildProcess rewriting([&] {
            while (true) {
                rewrite(fs::path(folder / "array") / kind.metadata);
                std::this_thread::sleep_for(std::chrono::microseconds(300));
            }
            return 0;
        });
        const auto writer = [&](std::int64_t first) {
            return [&folder, first] {
                set_thread_count(1);
                Array array = Array::open(folder / "array", OpenMode::read_write);
                for (std::int64_t i = first; i < 2 * blocks; i += 2)
                    write_column(array, i, static_cast<std::uint8_t>(1 + i));
                return 0;
            };
        };
        ChildProcess writers[] = {ChildProcess(writer(0)), ChildProcess(writer(1))};
        for (ChildProcess& child : writers) CHECK(child.wait() == 0);
        CHECK(rewriting.kill() == ChildProcess::killed);
        const Array array = Array::open(folder / "array");
        for (std::int64_t i = 0; i < 2 * blocks; ++i) CHECK(has_column(array, i, static_cast<std::uint8_t>(1 + i)));
    }
}

TEST_CASE("a shard that was replaced after it was opened is merged again", "[foreign]") {
    const Kind kind = kinds[0];
    const TemporaryFolder folder;
    (void)Array::create(folder.string(), spec_named(kind));
    const auto failing = std::make_shared<FailingStore>(open_filesystem_store(folder.string(), false));
    Array array = Array::open(failing, OpenMode::read_write);
    write_column(array, 0, 1);
    const bool rewritten = GENERATE(true, false);
    failing->plan().intervene(Step::read, 1, [&] {  // of the index of the shard that is to be merged
        if (rewritten) rewrite(fs::path(folder / kind.metadata));
        const Variable unlocked("VOXBRICK_LOCKING", "none");  // as a program that knows nothing of our locks
        Array other = Array::open(folder.string(), OpenMode::read_write);
        write_column(other, 1, 2);
    });
    write_column(array, 2, 3);
    CHECK(failing->plan().has_failed());
    CHECK(has_column(array, 0, 1));
    CHECK(has_column(array, 1, 2));
    CHECK(has_column(array, 2, 3));
}

TEST_CASE("a shard that is replaced without pause is tried until the work is called off, and the last version stays",
          "[foreign]") {
    const TemporaryFolder folder;
    (void)Array::create(folder.string(), spec_named(kinds[0]));
    const auto failing = std::make_shared<FailingStore>(open_filesystem_store(folder.string(), false));
    Array array = Array::open(failing, OpenMode::read_write);
    write_column(array, 0, 1);
    int replaced = 0;
    std::function<void()> replace = [&] {
        ++replaced;
        rewrite(fs::path(folder / "c/0/0"));
        failing->plan().intervene(Step::read, 1, replace);
    };
    failing->plan().intervene(Step::read, 1, replace);
    {
        const InterruptCheck check([&] { return replaced > 10; });
        CHECK(error_kind([&] { write_column(array, 1, 2); }) == ErrorKind::cancelled);
    }
    failing->plan().fail_never();
    CHECK(has_column(array, 0, 1));
    CHECK(has_column(array, 1, 0));
}

TEST_CASE("a shard that was replaced on another machine while it was merged is merged again", "[foreign]") {
    const auto failing = std::make_shared<FailingStore>(make_memory_store());
    Array array = Array::create(failing, spec_named(kinds[0]));
    write_column(array, 0, 1);
    failing->plan().intervene(Step::read, 2, [] { throw Error(ErrorKind::io, "Stale file handle", ESTALE); });
    write_column(array, 1, 2);
    CHECK(failing->plan().has_failed());
    CHECK(has_column(array, 0, 1));
    CHECK(has_column(array, 1, 2));
}

TEST_CASE("a shard that was replaced on another machine while it was read is opened and read again", "[foreign]") {
    const auto failing = std::make_shared<FailingStore>(make_memory_store());
    Array array = Array::create(failing, spec_named(kinds[0]));
    write_column(array, 0, 1);
    const std::size_t step = GENERATE(1, 2);  // the index, or a block
    failing->plan().intervene(Step::read, step, [] { throw Error(ErrorKind::io, "Stale file handle", ESTALE); });
    CHECK(has_column(array, 0, 1));
    CHECK(failing->plan().has_failed());
    std::function<void()> always = [&] {
        failing->plan().intervene(Step::read, 1, always);
        throw Error(ErrorKind::io, "Stale file handle", ESTALE);
    };
    failing->plan().intervene(Step::read, 1, always);
    CHECK(error_kind([&] { (void)has_column(array, 0, 1); }) == ErrorKind::io);
}

TEST_CASE("a resize keeps the attributes that another program writes meanwhile", "[foreign]") {
    const TemporaryFolder folder;
    (void)Array::create(folder.string(), spec_named(kinds[0]));
    const auto failing = std::make_shared<FailingStore>(open_filesystem_store(folder.string(), false));
    Array array = Array::open(failing, OpenMode::read_write);
    failing->plan().intervene(Step::commit, 1, [&] {
        std::ifstream before(folder / "zarr.json");
        std::string text{std::istreambuf_iterator<char>(before), {}};
        text.replace(text.find("false"), 5, "true");
        folder.put("copy", text);
        fs::rename(folder / "copy", folder / "zarr.json");
    });
    array.resize({side, 2 * side});
    CHECK(failing->plan().has_failed());
    CHECK(Array::open(folder.string()).meta().shape == Index{side, 2 * side});
    CHECK(Array::open(folder.string()).meta().document.find("true") != std::string::npos);
}

#endif
