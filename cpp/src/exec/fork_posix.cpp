#include <pthread.h>

#include "exec/per_process.hpp"

namespace voxbrick {

void call_in_forked_child(void (*handler)()) {
    pthread_atfork(nullptr, nullptr, handler);
}

}  // namespace voxbrick
