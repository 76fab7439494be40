// Resizing. What is stored beyond an array's shape means nothing; it must not come to mean something when the array
// grows, whoever left it there: another program, or a resize that did not get to its end.
//   1 clear     what is stored where the array grows to, with every writer kept out
//   2 replace   the metadata: from here on the array has the new shape. If a program that knows nothing of locks has
//               changed them since, the new ones are made of what it wrote
//   3 clear     what is stored where the array was, with every writer of the new metadata kept out
// Neither clearing changes a voxel of the array, so whatever fails, it is the old one or the new one. The last only
// frees disk space, and helps programs that grow arrays without the first: if it fails, the resize has not.
#include "array/resize.hpp"

#include "array/leftovers.hpp"
#include "array/shard_assembly.hpp"

namespace voxbrick {
namespace {

std::unique_ptr<StoreLock> lock_all(ArrayState& state) {
    return state.store().lock_all(state.format().metadata_key());
}

// More changes than any program makes while this one looks.
constexpr int most_attempts = 100;

// The bounds that the array had before.
Box change_shape_once(ArrayState& state, const Index& shape) {
    const auto lock = lock_all(state);
    const SharedMeta before = state.refresh_locked();
    const ArrayMeta after = state.format().resized(*before, shape);
    clear_leftovers(state, *before, after.bounds(), *lock);
    if (after.shape != before->shape && !state.replace_meta(before, after)) throw ShardChanged();
    return before->bounds();
}

Box change_shape(ArrayState& state, const Index& shape) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        try {
            return change_shape_once(state, shape);
        } catch (const ShardChanged&) {
            continue;
        }
    }
    fail(ErrorKind::io, "cannot resize ", state.description(), ": each of ", most_attempts,
         " times another program had ", "changed its metadata in between; stop that program");
}

// The lock of the change was one of the metadata that it replaced. Until this one is there, others may write, and even
// resize the array again.
void clear_former(ArrayState& state, const Box& former) {
    const auto lock = lock_all(state);
    clear_leftovers(state, *state.refresh_locked(), former, *lock);
}

}  // namespace

void resize_array(ArrayState& state, const Index& shape) {
    const Box former = change_shape(state, shape);
    if (state.meta()->bounds().contains(former)) return;
    try {
        clear_former(state, former);
    } catch (const ShardChanged&) {
        return;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
    }
}

}  // namespace voxbrick
