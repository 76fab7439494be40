#include "voxbrick/array/array.hpp"

#include <cstdlib>
#include <limits>

#include "array/difference.hpp"
#include "array/largest.hpp"
#include "array/locate.hpp"
#include "array/new_folders.hpp"
#include "array/reader.hpp"
#include "array/resize.hpp"
#include "array/state.hpp"
#include "array/writer.hpp"

namespace voxbrick {
namespace {

void check_rank(const ArrayState& state, const ArrayMeta& meta, std::size_t rank, std::string_view what) {
    if (rank != meta.shape.rank())
        fail(ErrorKind::invalid_argument, state.description(), " has ", meta.shape.rank(), " axes, but ", what, " has ",
             rank, " entries");
}

std::string channels(std::int64_t count) {
    return concat(count, count == 1 ? " channel" : " channels");
}

void check_box(const ArrayState& state, const ArrayMeta& meta, const Box& box) {
    check_rank(state, meta, box.offset.rank(), "the offset");
    check_rank(state, meta, box.shape.rank(), "the shape");
    for (std::size_t axis = 0; axis < box.rank(); ++axis) {
        if (box.shape[axis] < 0)
            fail(ErrorKind::invalid_argument, "shape ", box.shape, " of a box of ", state.description(),
                 " is negative in axis ", axis);
        if (box.offset[axis] < 0)
            fail(ErrorKind::out_of_bounds, "box ", box, " begins below zero in axis ", axis, " of ",
                 state.description(), ", whose voxels begin at 0");
        if (box.offset[axis] > largest_coordinate - box.shape[axis])
            fail(ErrorKind::out_of_bounds, "box ", box, " of ", state.description(), " ends beyond ",
                 largest_coordinate, " in axis ", axis);
    }
}

void check_dtype(const ArrayState& state, const ArrayMeta& meta, DType in_memory) {
    if (in_memory != meta.dtype)
        fail(ErrorKind::invalid_argument, state.description(), " holds ", name_of(meta.dtype),
             ", the memory given for its voxels ", name_of(in_memory));
}

void check_view(const ArrayState& state, const ArrayMeta& meta, const Box& box, const ConstTypedView& view) {
    check_dtype(state, meta, view.dtype);
    if (view.shape != box.shape)
        fail(ErrorKind::invalid_argument, "memory of shape ", view.shape, " cannot hold a box of shape ", box.shape,
             " of ", state.description());
    check_rank(state, meta, view.strides.rank(), "the list of strides");
    if (view.data == nullptr && !box.empty())
        fail(ErrorKind::invalid_argument, "the memory given for box ", box, " of ", state.description(),
             " is a null pointer");
}

// Threads write the elements side by side.
void check_separate(const ArrayState& state, const Box& box, const TypedView& view) {
    if (box.empty()) return;
    const auto size = static_cast<std::int64_t>(size_of(view.dtype));
    for (std::size_t axis = 0; axis < view.shape.rank(); ++axis)
        if (view.shape[axis] > 1 && std::abs(view.strides[axis]) < size)
            fail(ErrorKind::invalid_argument, "the memory to read voxels of ", state.description(),
                 " into has elements of ", size, " bytes that overlap: its strides are ", view.strides, " bytes");
}

std::size_t count_voxels(const ArrayState& state, const ArrayMeta& meta, const Box& box) {
    constexpr std::int64_t most_bytes = std::numeric_limits<std::ptrdiff_t>::max();
    std::int64_t voxels = box.empty() ? 0 : 1;
    for (const std::int64_t extent : box.shape) {
        if (voxels > 0 && extent > most_bytes / static_cast<std::int64_t>(meta.element_size()) / voxels)
            fail(ErrorKind::invalid_argument, "box ", box, " of ", state.description(),
                 " is too large for any memory: work on smaller boxes");
        voxels *= extent;
    }
    return static_cast<std::size_t>(voxels);
}

Index dense_strides(const ArrayMeta& meta, const Index& shape, Order order) {
    return (order == Order::F ? f_order_strides : c_order_strides)(shape,
                                                                   static_cast<std::int64_t>(meta.element_size()));
}

// Checks `count` elements of `dtype` in a row as memory for the voxels of a box.
void check_dense(const ArrayState& state, const ArrayMeta& meta, const Box& box, DType dtype, std::size_t count) {
    check_dtype(state, meta, dtype);
    const std::size_t voxels = count_voxels(state, meta, box);
    if (count != voxels)
        fail(ErrorKind::invalid_argument, "box ", box, " of ", state.description(), " has ", voxels, " voxels (",
             name_of(dtype), "), the memory given has ", count, count == 1 ? " element" : " elements");
}

void check_inside(const ArrayState& state, const ArrayMeta& meta, const Box& box) {
    if (meta.bounds().contains(box)) return;
    if (!meta.unbounded)
        fail(ErrorKind::out_of_bounds, "box ", box, " leaves ", state.description(), ", whose shape is ", meta.shape);
    if (box.offset[0] == 0)
        fail(ErrorKind::invalid_argument, state.description(), " has ", channels(meta.shape[0]), ", the data has ",
             channels(box.shape[0]));
    fail(ErrorKind::out_of_bounds, "box ", box, " leaves ", state.description(), ", which has ",
         channels(meta.shape[0]), ", the first axis");
}

void check_writable(const ArrayState& state) {
    if (state.mode() == OpenMode::read_only)
        fail(ErrorKind::read_only, state.description(), " is open for reading only: open it with mode \"r+\" to write");
}

void check_correspondence(const ArrayState& state, const ArrayMeta& meta, const Box& box, const Correspondence& where) {
    check_rank(state, meta, where.axes.rank(), "the list of axes");
    Box there{where.offset, Index::filled(where.axes.rank(), 1)};
    for (std::size_t axis = 0; axis < where.axes.rank(); ++axis) {
        if (where.axes[axis] >= static_cast<std::int64_t>(box.rank()))
            fail(ErrorKind::invalid_argument, "there is no axis ", where.axes[axis], " among the ", box.rank(),
                 " of the array that ", state.description(), " is compared with");
        if (where.axes[axis] >= 0) there.shape[axis] = box.shape[static_cast<std::size_t>(where.axes[axis])];
    }
    check_box(state, meta, there);
    if (product(there.shape) != product(box.shape))
        fail(ErrorKind::invalid_argument, "boxes of shape ", box.shape, " and ", there.shape, " cannot be compared");
}

std::shared_ptr<ArrayState> open_state(ArrayPlace place, OpenMode mode) {
    if (mode == OpenMode::read_write && !place.format->writable())
        fail(ErrorKind::unsupported, place.store->description(), " is of the format ", place.format->name(),
             ", which can be read but not written: open it with mode \"r\", or convert it");
    return std::make_shared<ArrayState>(std::move(place.store), std::move(place.format), mode);
}

void check_vacant(const Store& store) {
    for (const Format* format : all_formats())
        if (has_metadata(store, *format) && format->claims(store))
            fail(ErrorKind::already_exists, store.description(), " already holds an array (", format->metadata_key(),
                 "): remove it or choose another folder");
}

// An array there would hide the part from whoever opens its folder.
void check_no_part(const std::string& folder) {
    std::optional<ArrayPlace> part;
    try {
        part = find_part(folder);
    } catch (const Error&) {
        return;  // what cannot be read above has no parts for anyone
    }
    if (part)
        fail(ErrorKind::already_exists, folder, " is the place of a part of the array in ", part->store->description(),
             " (", part->format->metadata_key(), "): choose another folder");
}

}  // namespace

Array Array::open(const std::string& folder, OpenMode mode) {
    return Array(open_state(locate_array(folder), mode));
}

Array Array::open(std::shared_ptr<Store> store, OpenMode mode) {
    return Array(open_state(locate_array(std::move(store)), mode));
}

Array Array::create(const std::string& folder, const ArraySpec& spec) {
    (void)format_named(spec.data_format).plan(spec);  // refuses before a folder is made
    check_no_part(folder);
    NewFolders made(folder);
    Array array = create(open_filesystem_store(folder, true), spec);
    made.keep();
    return array;
}

Array Array::create(std::shared_ptr<Store> store, const ArraySpec& spec) {
    const Format& format = format_named(spec.data_format);
    const ArrayMeta meta = format.plan(spec);
    check_vacant(*store);  // before anything is written to where an array lies
    {
        const auto lock = store->lock_creation();
        const auto before = store->version(format.metadata_key());  // there may be some that are no array's
        check_vacant(*store);
        if (!format.store_metadata(*store, meta, Expected::exactly(before)))
            fail(ErrorKind::already_exists, store->description(), ": another program has just written its ",
                 format.metadata_key());
    }
    return open(std::move(store), OpenMode::read_write);
}

ArrayMeta Array::meta() const {
    return *state_->meta();
}

std::uint64_t Array::meta_version() const {
    return state_->meta_version();
}

std::size_t Array::voxel_count(const Box& box, DType dtype) const {
    const SharedMeta meta = state_->meta();
    check_box(*state_, *meta, box);
    check_dtype(*state_, *meta, dtype);
    return count_voxels(*state_, *meta, box);
}

void Array::read(const Box& box, const TypedView& out) const {
    const SharedMeta meta = state_->refresh();
    check_box(*state_, *meta, box);
    check_view(*state_, *meta, box, out);
    check_separate(*state_, box, out);
    if (!box.empty()) read_box(*state_, *meta, box, out);
}

void Array::read_dense(const Box& box, DType dtype, void* first, std::size_t count, Order order) const {
    const SharedMeta meta = state_->refresh();
    check_box(*state_, *meta, box);
    check_dense(*state_, *meta, box, dtype, count);
    if (box.empty()) return;
    const Index strides = dense_strides(*meta, box.shape, order);
    read_box(*state_, *meta, box, {static_cast<std::byte*>(first), box.shape, strides});
}

ElementBits Array::largest(const Box& box) const {
    const SharedMeta meta = state_->refresh();
    check_box(*state_, *meta, box);
    if (box.empty()) fail(ErrorKind::invalid_argument, "box ", box, " of ", state_->description(), " has no voxels");
    return largest_in_box(*state_, *meta, box);
}

void Array::write(const Box& box, const ConstTypedView& voxels, bool durable) {
    check_writable(*state_);
    const SharedMeta meta = state_->refresh();
    check_box(*state_, *meta, box);
    check_view(*state_, *meta, box, voxels);
    check_inside(*state_, *meta, box);
    if (!box.empty()) write_box(*state_, meta, box, voxels, durable);
}

void Array::write_dense(const Box& box, DType dtype, const void* first, std::size_t count, Order order, bool durable) {
    check_writable(*state_);
    const SharedMeta meta = state_->refresh();
    check_box(*state_, *meta, box);
    check_dense(*state_, *meta, box, dtype, count);
    check_inside(*state_, *meta, box);
    if (box.empty()) return;
    const Index strides = dense_strides(*meta, box.shape, order);
    write_box(*state_, meta, box, {static_cast<const std::byte*>(first), box.shape, strides}, durable);
}

std::optional<Index> Array::find_difference(const Box& box, const Array& other, const Correspondence& where) const {
    const SharedMeta meta = state_->refresh();
    const SharedMeta other_meta = other.state_->refresh();
    check_box(*state_, *meta, box);
    check_correspondence(*other.state_, *other_meta, box, where);
    if (meta->dtype != other_meta->dtype)
        fail(ErrorKind::invalid_argument, description(), " holds ", name_of(meta->dtype), " and ", other.description(),
             " ", name_of(other_meta->dtype), "; voxels of one type are compared");
    if (box.empty()) return std::nullopt;
    return voxbrick::find_difference(*state_, *meta, box, {*other.state_, *other_meta, where});
}

void Array::resize(const Index& shape) {
    check_writable(*state_);
    check_rank(*state_, *state_->meta(), shape.rank(), "the new shape");
    resize_array(*state_, shape);
}

std::vector<Index> Array::list_shards() const {
    return state_->stored_shards(*state_->refresh());
}

std::vector<std::string> Array::list_keys() const {
    const SharedMeta meta = state_->refresh();
    std::vector<std::string> keys = state_->store().list();
    std::erase_if(keys, [&](const std::string& key) { return !state_->format().owns(*meta, key); });
    return keys;
}

std::string Array::description() const {
    return state_->description();
}

}  // namespace voxbrick
