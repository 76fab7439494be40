// Owning what a C library allocates.
#pragma once

#include <memory>
#include <new>

namespace voxbrick {

template <auto release>
struct ReleaseWith {
    template <class T>
    void operator()(T* object) const {
        release(object);
    }
};

/// A unique_ptr that gives its object back to the library.
template <class T, auto release>
using LibraryHandle = std::unique_ptr<T, ReleaseWith<release>>;

/// What a library has just made; std::bad_alloc if it had no memory.
template <class T>
[[nodiscard]] T* allocated(T* made) {
    if (made == nullptr) throw std::bad_alloc();
    return made;
}

}  // namespace voxbrick
