#include "store/own_descriptor.hpp"

#include <utility>

namespace voxbrick {

OwnDescriptor::OwnDescriptor(OwnDescriptor&& other) noexcept
    : place_(std::exchange(other.place_, nullptr)), process_(other.process_) {}

OwnDescriptor& OwnDescriptor::operator=(OwnDescriptor&& other) noexcept {
    std::swap(place_, other.place_);
    std::swap(process_, other.process_);
    return *this;
}

void OwnDescriptor::require_own() const {
    if (place_ != nullptr) process_.require_this_one();
}

}  // namespace voxbrick
