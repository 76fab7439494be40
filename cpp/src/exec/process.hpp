// What becomes of the engine when the process forks, and when it ends.
//
// A forked child is a copy of its parent with one thread, the one that forked. Whatever another thread was about to
// change stays half changed in it, and a mutex that another thread held stays locked for ever. So in the child
//
//   the pool, its threads, chores, the lock table, counters     are new                                  PerProcess
//   what an array has seen of its metadata                      is taken over, or begins afresh if       Guarded
//                                                               another thread was in it
//   open files, with their locks; temporaries                   are closed before all else: they are     OwnDescriptor
//                                                               the parent's, and nothing is done to
//                                                               them any more
//   open shards that an array keeps                             are forgotten                            ShardCache
//   a call during which the process forks                       ends with `cancelled`; the parent        Process
//                                                               finishes it
//   objects in memory, which lie nowhere else                   are whole: forking waits for changes     memory.cpp
//   tables made once                                            are made without a lock                  Immortal
//
// Only fork() brings this about. Children that share their parent's memory (vfork, posix_spawn) execute a program,
// which inherits none of our descriptors; those of system calls behind the C library's back may do nothing else either.
//
// A process may end while threads use the engine: it has no static object with a destructor.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

namespace voxbrick {

/// How many forks lie between this process and the one that loaded the library.
[[nodiscard]] std::uint64_t fork_generation() noexcept;

/// Has `handler` called in every child that this process forks. It may touch nothing that another
/// thread could have been changing.
void call_in_forked_child(void (*handler)());

/// Has `before` called before every fork, by the thread that forks, and the others after it.
void call_around_fork(void (*before)(), void (*in_parent)(), void (*in_child)());

/// The process that an object was made in, to be told from its forked children, which have copies of the object.
class Process {
  public:
    [[nodiscard]] bool is_this_one() const noexcept { return generation_ == fork_generation(); }
    /// Throws cancelled in a forked child.
    void require_this_one() const;

  private:
    std::uint64_t generation_ = fork_generation();
};

/// A T that is made on first use and never destroyed, so that threads may use it until the process has ended. For
/// static objects: `static constinit Immortal<T>`. They are made without a lock, which a fork could catch.
template <class T>
class Immortal {
  public:
    /// `make` returns a new T; of several threads' the first one stays.
    template <class Make>
    T& get(const Make& make) {
        T* object = object_.load(std::memory_order_acquire);
        return object != nullptr ? *object : keep_first(make());
    }
    T& get() {
        return get([] { return new T(); });
    }

    /// Null if there is none yet.
    [[nodiscard]] T* if_made() const noexcept { return object_.load(std::memory_order_acquire); }

    /// Has another one made by whoever asks next.
    void forget() noexcept { object_ = nullptr; }

  private:
    T& keep_first(T* made) {
        T* first = nullptr;
        if (object_.compare_exchange_strong(first, made)) return *made;
        delete made;
        return *first;
    }

    std::atomic<T*> object_ = nullptr;
};

/// The one T of this process. A forked child makes its own.
template <class T>
class PerProcess {
  public:
    static T& get() {
        (void)forgets_in_child_;
        return object_.get();
    }

  private:
    static bool forget_in_child() {
        call_in_forked_child([] { object_.forget(); });
        return true;
    }

    static inline constinit Immortal<T> object_;
    static inline const bool forgets_in_child_ = forget_in_child();
};

/// A T behind a mutex, as a member of what forked children inherit. If another thread had it locked at the moment of
/// the fork, the child has a new T in its place; the old one is never looked at again, nor destroyed.
template <class T>
class Guarded {
  public:
    /// The T for one thread at a time.
    class Access {
      public:
        T& operator*() const noexcept { return *value_; }
        T* operator->() const noexcept { return value_; }

      private:
        friend Guarded;
        Access(std::mutex& mutex, T& value) : lock_(mutex), value_(&value) {}

        std::unique_lock<std::mutex> lock_;
        T* value_;
    };

    Guarded() = default;
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;
    ~Guarded() { delete &cell(); }

    [[nodiscard]] Access lock() {
        Cell& own = cell();
        return {own.mutex, own.value};
    }

  private:
    struct Cell {
        std::atomic<std::uint64_t> owner = fork_generation();
        std::atomic<std::uint64_t> heir = owner.load();  // the generation in which a thread decides what to do with it
        std::mutex mutex;
        T value{};
    };

    Cell& cell() {
        Cell* found = cell_.load(std::memory_order_acquire);
        while (found->owner.load(std::memory_order_acquire) != fork_generation()) {
            inherit(*found);
            found = cell_.load(std::memory_order_acquire);
        }
        return *found;
    }

    // The first thread that comes here decides, others wait for it.
    void inherit(Cell& inherited) {
        const std::uint64_t generation = fork_generation();
        if (inherited.heir.exchange(generation) == generation) return std::this_thread::yield();
        if (inherited.mutex.try_lock()) {
            inherited.mutex.unlock();
            inherited.owner.store(generation, std::memory_order_release);
        } else {
            cell_.store(new Cell, std::memory_order_release);
        }
    }

    std::atomic<Cell*> cell_ = new Cell;
};

}  // namespace voxbrick
