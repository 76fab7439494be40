#include <pthread.h>

#include "exec/process.hpp"

namespace voxbrick {

void call_in_forked_child(void (*handler)()) {
    pthread_atfork(nullptr, nullptr, handler);
}

void call_around_fork(void (*before)(), void (*in_parent)(), void (*in_child)()) {
    pthread_atfork(before, in_parent, in_child);
}

}  // namespace voxbrick
