#include "exec/per_process.hpp"

namespace voxbrick {

// Windows starts processes but never forks them.
void call_in_forked_child(void (*)()) {}

}  // namespace voxbrick
