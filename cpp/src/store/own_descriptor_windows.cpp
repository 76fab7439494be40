#include "store/own_descriptor.hpp"

namespace voxbrick {

// There are no forks.
OwnDescriptor::OwnDescriptor(std::intptr_t) {}
void OwnDescriptor::forget() noexcept {}

}  // namespace voxbrick
