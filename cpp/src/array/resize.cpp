// Resizing. What is stored beyond an array's shape means nothing; it must not come to mean something when the array
// grows, whoever left it there: another program, or a resize that did not get to its end.
//   1 clear     what is stored where the array grows to, with every writer kept out
//   2 replace   the metadata: from here on the array has the new shape
//   3 clear     what is stored where the array was, with every writer of the new metadata kept out
// Neither clearing changes a voxel of the array, so whatever fails, it is the old one or the new one. The last only
// frees disk space, and helps programs that grow arrays without the first: if it fails, the resize has not.
#include "array/resize.hpp"

#include "array/leftovers.hpp"

namespace voxbrick {
namespace {

std::unique_ptr<StoreLock> lock_all(ArrayState& state) {
    return state.store().lock_all(state.format().metadata_key());
}

// The bounds that the array had before.
Box change_shape(ArrayState& state, const Index& shape) {
    const auto lock = lock_all(state);
    const SharedMeta before = state.refresh();
    const ArrayMeta after = state.format().resized(*before, shape);
    clear_leftovers(state, *before, after.bounds());
    if (after.shape != before->shape) state.replace_meta(after);
    return before->bounds();
}

// The lock of the change was one of the metadata that it replaced. Until this one is there, others may write, and even
// resize the array again.
void clear_former(ArrayState& state, const Box& former) {
    const auto lock = lock_all(state);
    clear_leftovers(state, *state.refresh(), former);
}

}  // namespace

void resize_array(ArrayState& state, const Index& shape) {
    const Box former = change_shape(state, shape);
    if (state.meta()->bounds().contains(former)) return;
    try {
        clear_former(state, former);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
    }
}

}  // namespace voxbrick
