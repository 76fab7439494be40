// A shared object that a forked child replaces by a new one.
#pragma once

#include <atomic>

namespace voxbrick {

/// Has `handler` called in every child that this process forks. It may touch nothing that another
/// thread could have been changing.
void call_in_forked_child(void (*handler)());

/// The one T of this process, made on first use. A forked child makes its own: the parent's may have been
/// in the middle of a change, its mutexes held by threads that the child does not have. Objects are
/// never destroyed, so that threads may use them until the process has ended.
template <class T>
class PerProcess {
  public:
    static T& get() {
        T* object = object_.load();
        return object != nullptr ? *object : make();
    }

  private:
    static T& make() {
        (void)forgets_in_child_;
        T* made = new T;
        T* first = nullptr;
        if (object_.compare_exchange_strong(first, made)) return *made;
        delete made;
        return *first;
    }

    static bool forget_in_child() {
        call_in_forked_child([] { object_ = nullptr; });
        return true;
    }

    static inline std::atomic<T*> object_ = nullptr;
    // Set while the library is loaded: a static inside of make() would have a lock that a fork could catch.
    static inline const bool forgets_in_child_ = forget_in_child();
};

}  // namespace voxbrick
