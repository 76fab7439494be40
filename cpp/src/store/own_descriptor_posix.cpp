// The descriptors, in a list that a forked child can read whatever other threads did to it: chunks of places are added
// to its end and never removed, and each place is one word.
#include <unistd.h>

#include <array>

#include "store/own_descriptor.hpp"
#include "store/posix.hpp"

namespace voxbrick {
namespace {

constexpr int vacant = 0;  // else the descriptor plus 1

struct Chunk {
    std::array<std::atomic<int>, 128> places{};
    Immortal<Chunk> next;
};

constinit Chunk first;

std::atomic<int>* take_place(Chunk& chunk, int entry) {
    for (std::atomic<int>& place : chunk.places) {
        int expected = vacant;
        if (place.load(std::memory_order_relaxed) == vacant && place.compare_exchange_strong(expected, entry))
            return &place;
    }
    return nullptr;
}

void close_all() {
    for (Chunk* chunk = &first; chunk != nullptr; chunk = chunk->next.if_made()) {
        for (std::atomic<int>& place : chunk->places)
            if (const int entry = place.exchange(vacant); entry != vacant) ::close(entry - 1);
    }
}

[[maybe_unused]] const bool closes_in_child = (call_in_forked_child(close_all), true);

}  // namespace

OwnDescriptor::OwnDescriptor(std::intptr_t handle) {
    for (Chunk* chunk = &first; place_ == nullptr; chunk = &chunk->next.get())
        place_ = take_place(*chunk, descriptor(handle) + 1);
}

void OwnDescriptor::forget() noexcept {
    if (place_ != nullptr && process_.is_this_one()) place_->store(vacant);
    place_ = nullptr;
}

}  // namespace voxbrick
