// What a power cut may take, shown on a disk that forgets what was not synced: every call of the writer is the last one
// before it, and every state that the disk may be in then is opened and read.
#ifdef __linux__

#include <catch2/catch.hpp>

#include "support/forgetful_disk.hpp"
#include "support/scoped.hpp"
#include "support/spec_of.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/voxbrick.hpp"

using namespace voxbrick;

namespace {

constexpr std::int64_t side = 8;
const Index shape{side, side};
const Box low{{0, 0}, {4, side}};
const Box high{{4, 0}, {4, side}};
const Box all{{0, 0}, shape};

/// What the voxels of a box may be, from a call on.
struct Promise {
    std::size_t since;
    Box box;
    std::set<int> values;
};

class History {
  public:
    explicit History(const TemporaryFolder& folder) : disk_(folder.path()) {}

    /// `box` gets `value`; until that is done it may be either of both, and afterwards, too, unless it is to last.
    void write(Array& array, const Box& box, int value, bool durable) {
        std::set<int>& values = values_[key(box)];
        values.insert(value);
        promise(box, values);
        const std::vector<std::uint8_t> voxels(static_cast<std::size_t>(product(box.shape)),
                                               static_cast<std::uint8_t>(value));
        array.write<std::uint8_t>(box, voxels, Order::F, durable);
        if (!durable) return;
        values = {value};
        promise(box, values);
    }

    const ForgetfulDisk& disk() const { return disk_; }

    std::vector<Promise> promises_after(std::size_t calls) const {
        std::map<std::int64_t, Promise> last;
        for (const Promise& promise : promises_)
            if (promise.since <= calls) last[key(promise.box)] = promise;
        std::vector<Promise> result;
        for (const auto& [box, promise] : last) result.push_back(promise);
        return result;
    }

  private:
    static std::int64_t key(const Box& box) { return box.offset[0]; }
    void promise(const Box& box, const std::set<int>& values) { promises_.push_back({disk_.now(), box, values}); }

    ForgetfulDisk disk_;
    std::map<std::int64_t, std::set<int>> values_{{key(low), {0}}, {key(high), {0}}};  // nothing was written yet
    std::vector<Promise> promises_;
};

/// The values that are in a box; an exception if it cannot be read.
std::set<int> values_in(const std::string& folder, const Box& box) {
    const auto voxels = Array::open(folder).read<std::uint8_t>(box);
    return {voxels.begin(), voxels.end()};
}

std::size_t check_every_state(const History& history) {
    const ForgetfulDisk& disk = history.disk();
    std::size_t states = 0;
    for (std::size_t calls = 0; calls <= disk.now(); ++calls) {
        for (std::size_t names = 0; names <= disk.open_names(calls); ++names) {
            for (const Bytes bytes : {Bytes::lost, Bytes::torn, Bytes::kept}) {
                const TemporaryFolder state;
                disk.restore(calls, names, bytes, state.path());
                ++states;
                INFO(calls << " of " << disk.now() << " calls, " << names << " names, bytes "
                           << static_cast<int>(bytes));
                for (const Promise& promise : history.promises_after(calls)) {
                    INFO("box " << promise.box);
                    const std::set<int> found = values_in(state.string(), promise.box);
                    CAPTURE(promise.values, found);
                    CHECK(std::ranges::includes(promise.values, found));
                }
            }
        }
    }
    return states;
}

}  // namespace

TEST_CASE("a power cut takes nothing that was durable, whatever is written over it and however", "[power]") {
    const ThreadCount one(1);
    ArraySpec spec = spec_of(shape, {4, 4}, shape);
    const std::string format = GENERATE("zarr3", "zarr3 unsharded", "zarr");
    if (format != "zarr3") spec.shard_shape = {};
    if (format == "zarr") spec.data_format = "zarr";
    const TemporaryFolder folder;
    (void)Array::create(folder.string(), spec);  // made before, and synced
    History history(folder);
    Array array = Array::open(folder.string(), OpenMode::read_write);
    history.write(array, low, 1, true);
    history.write(array, high, 2, true);
    history.write(array, low, 3, false);
    history.write(array, high, 4, false);
    history.write(array, low, 0, false);  // chunks without a voxel are removed
    history.write(array, low, 5, true);
    CHECK(check_every_state(history) > 100);
}

TEST_CASE("a power cut never takes the metadata", "[power]") {
    const ThreadCount one(1);
    const TemporaryFolder folder;
    ForgetfulDisk disk(folder.path());
    ArraySpec spec = spec_of(shape, {4, 4});
    spec.data_format = GENERATE("zarr3", "zarr");
    spec.attributes = R"({"a": 1})";
    Array array = Array::create(folder / "a/b", spec);
    const std::size_t created = disk.now();
    array.resize({12, side});
    for (std::size_t calls = created; calls <= disk.now(); ++calls) {
        for (std::size_t names = 0; names <= disk.open_names(calls); ++names) {
            const TemporaryFolder state;
            disk.restore(calls, names, Bytes::lost, state.path());
            INFO(calls << " of " << disk.now() << " calls, " << names << " names");
            const std::int64_t extent = Array::open(state / "a/b").meta().shape[0];
            CHECK((extent == side || (extent == 12 && calls > created)));
        }
    }
}

#endif
