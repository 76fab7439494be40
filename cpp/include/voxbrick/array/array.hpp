// An array on disk: open or create it, read boxes, write boxes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "voxbrick/format/array_meta.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

enum class OpenMode { read_only, read_write };

class ArrayState;

/// Which voxels of another array belong to those of a box: the axis that each of its axes corresponds to, -1 for
/// one of which there is a single voxel, and where the first one lies.
struct Correspondence {
    Index offset;
    Index axes;
};

/// A handle; copies share one opened array. Every method may be called from several threads at once.
class Array {
  public:
    /// Opens the array in a folder, finding its format by looking.
    [[nodiscard]] static Array open(const std::string& folder, OpenMode mode = OpenMode::read_only);
    [[nodiscard]] static Array open(std::shared_ptr<Store> store, OpenMode mode = OpenMode::read_only);

    /// Creates an array in a new or existing folder that holds none. Nothing is left behind on failure.
    [[nodiscard]] static Array create(const std::string& folder, const ArraySpec& spec);
    [[nodiscard]] static Array create(std::shared_ptr<Store> store, const ArraySpec& spec);

    /// As last seen by this handle: another process may have resized the array since.
    [[nodiscard]] ArrayMeta meta() const;
    /// Another number whenever `meta` has changed.
    [[nodiscard]] std::uint64_t meta_version() const;

    /// Fills `out` (shape: box.shape) with the voxels of `box`, in native byte order. The box may reach
    /// beyond the array, where voxels read as zero, but not below zero. Every element of `out` is written
    /// exactly once; on failure its content is undefined.
    void read(const Box& box, const StridedView& out) const;

    /// The largest voxel of a box that is not empty, as its bits in native byte order. Integers and booleans
    /// only. Looks at one block per thread at a time, so the box may be larger than memory.
    [[nodiscard]] ElementBits largest(const Box& box) const;

    /// Stores `in` (shape: box.shape, native byte order) in `box`, which lies inside the array. Voxels
    /// outside the box keep their values, also when other threads or processes write them at the same
    /// time. Shards are replaced whole or not at all (raw WKW: changed in place); on failure those
    /// finished stay written, the others are as they were. With `durable` it returns when all of it
    /// would survive a power cut.
    void write(const Box& box, const ConstStridedView& in, bool durable = false);

    /// A voxel of `box` whose value is not that of its counterpart in `other`, an array of the same dtype; nothing if
    /// there is none. NaN equals NaN. Blocks are compared one by one; blocks of equal bytes that are encoded alike
    /// are not decoded. What is found does not depend on the number of threads.
    [[nodiscard]] std::optional<Index> find_difference(const Box& box, const Array& other,
                                                       const Correspondence& where) const;

    /// Gives the array another shape, or throws and leaves it as it was (but for `cancelled`, which may come later).
    /// What falls outside is then removed from disk, as far as that succeeds. Voxels that come to the array hold the
    /// fill value, whatever was stored in their place.
    void resize(const Index& shape);

    /// Grid coordinates of all stored shards, sorted.
    [[nodiscard]] std::vector<Index> list_shards() const;

    /// Keys of all objects that make up the array, its metadata among them; not those that others put beside them.
    [[nodiscard]] std::vector<std::string> list_keys() const;

    /// For messages: where the array lies.
    [[nodiscard]] std::string description() const;

  private:
    explicit Array(std::shared_ptr<ArrayState> state) : state_(std::move(state)) {}
    std::shared_ptr<ArrayState> state_;
};

}  // namespace voxbrick
