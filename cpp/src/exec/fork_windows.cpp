#include "exec/process.hpp"

namespace voxbrick {

// Windows starts processes but never forks them.
void call_in_forked_child(void (*)()) {}
void call_around_fork(void (*)(), void (*)(), void (*)()) {}

}  // namespace voxbrick
