// An array on disk: open or create it, read boxes, write boxes.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "voxbrick/base/export.hpp"
#include "voxbrick/format/array_meta.hpp"
#include "voxbrick/geometry/typed_view.hpp"
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
class VOXBRICK_API Array {
  public:
    /// Opens the array in a folder, finding its format by looking.
    [[nodiscard]] static Array open(const std::string& folder, OpenMode mode = OpenMode::read_only);
    [[nodiscard]] static Array open(std::shared_ptr<Store> store, OpenMode mode = OpenMode::read_only);

    /// Creates an array in a new or existing folder that holds none. On failure nothing stays that can be removed.
    [[nodiscard]] static Array create(const std::string& folder, const ArraySpec& spec);
    [[nodiscard]] static Array create(std::shared_ptr<Store> store, const ArraySpec& spec);

    /// As last seen by this handle: another process may have resized the array since.
    [[nodiscard]] ArrayMeta meta() const;
    /// Another number whenever `meta` has changed.
    [[nodiscard]] std::uint64_t meta_version() const;

    /// The voxels of `box`, one after the other in `order`, in native byte order. T is the type the array holds. The
    /// box may reach beyond the array, where voxels read as zero, but not below zero.
    /// Throws invalid_argument for another type than the array's, and for a box that has another number of axes,
    /// negative extents, or more voxels than any memory.
    template <Element T>
    requires(!std::same_as<T, bool>)  // std::vector<bool> keeps bits: read into memory of your own
        [[nodiscard]] std::vector<T> read(const Box& box, Order order = Order::F) const {
        std::vector<T> voxels(voxel_count(box, dtype_of<T>()));
        read_dense(box, dtype_of<T>(), voxels.data(), voxels.size(), order);
        return voxels;
    }

    /// The same into memory of your own, which has as many elements as the box has voxels; another number is an
    /// invalid_argument, too. On failure its content is undefined.
    template <Element T>
    void read(const Box& box, std::span<T> out, Order order = Order::F) const {
        read_dense(box, dtype_of<T>(), out.data(), out.size(), order);
    }

    /// The same into memory of any strides, of the shape of the box. That all of the view is memory that may be
    /// written is for the caller to know; what can be seen of it is checked (type, shape, elements that share bytes).
    /// Every element is written exactly once.
    void read(const Box& box, const TypedView& out) const;

    /// Voxels in a box that may be read as `dtype`: the elements that memory for it has to have. Throws what read
    /// throws for the box and the type.
    [[nodiscard]] std::size_t voxel_count(const Box& box, DType dtype) const;

    /// The largest voxel of a box that is not empty, as its bits in native byte order. Integers and booleans
    /// only. Looks at one block per thread at a time, so the box may be larger than memory.
    [[nodiscard]] ElementBits largest(const Box& box) const;

    /// Stores `voxels`, which follow each other in `order`, in `box`, which lies inside the array. T is the type the
    /// array holds, and there are as many elements as the box has voxels; anything else is an invalid_argument.
    /// Voxels outside the box keep their values, also when other threads write them at the same time, and other
    /// processes where the file system can lock. Shards are replaced whole or not at all; on failure those finished
    /// stay written, the others are as they were. Blocks of raw WKW are changed in place: a failure may leave some
    /// of a shard's written. With `durable` it returns when all of it would survive a power cut.
    template <Element T>
    void write(const Box& box, std::span<const T> voxels, Order order = Order::F, bool durable = false) {
        write_dense(box, dtype_of<T>(), voxels.data(), voxels.size(), order, durable);
    }

    /// The same from memory of any strides, of the shape of the box. That all of the view is memory is for the caller
    /// to know; type and shape are checked.
    void write(const Box& box, const ConstTypedView& voxels, bool durable = false);

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
    void read_dense(const Box& box, DType dtype, void* first, std::size_t count, Order order) const;
    void write_dense(const Box& box, DType dtype, const void* first, std::size_t count, Order order, bool durable);

    explicit Array(std::shared_ptr<ArrayState> state) : state_(std::move(state)) {}
    std::shared_ptr<ArrayState> state_;
};

}  // namespace voxbrick
