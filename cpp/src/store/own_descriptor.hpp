// Descriptors that belong to the process which opened them, and to none that it forks.
#pragma once

#include <atomic>
#include <cstdint>

#include "exec/process.hpp"

namespace voxbrick {

/// Says so of one. A forked child closes it before anything else. So it neither keeps the locks of a parent that dies
/// nor writes into its files; and it never takes another file for one of its parent's: the system copies first the open
/// files and then the memory, and what other threads open in between has no file, or a different one, in the child.
/// Closing takes no lock from the parent, unlike unlocking. Between the opening of a file and this there is a moment in
/// which a fork by another thread leaves it open in the child.
class OwnDescriptor {
  public:
    /// Of none.
    OwnDescriptor() = default;
    explicit OwnDescriptor(std::intptr_t handle);
    OwnDescriptor(OwnDescriptor&& other) noexcept;
    OwnDescriptor& operator=(OwnDescriptor&& other) noexcept;
    ~OwnDescriptor() { forget(); }

    /// To be called before it is closed: its number may be another's next.
    void forget() noexcept;

    /// Whether this is a forked child, which has closed it.
    [[nodiscard]] bool is_of_parent() const noexcept { return place_ != nullptr && !process_.is_this_one(); }
    /// Throws cancelled in that case.
    void require_own() const;

  private:
    std::atomic<int>* place_ = nullptr;  // in the list of those to be closed
    Process process_;
};

}  // namespace voxbrick
