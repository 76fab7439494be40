// Settings that last for a scope.
#pragma once

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "voxbrick/exec/thread_pool.hpp"

class ThreadCount {
  public:
    explicit ThreadCount(std::size_t count) { voxbrick::set_thread_count(count); }
    ~ThreadCount() { voxbrick::set_thread_count(0); }
};

class InterruptCheck {
  public:
    explicit InterruptCheck(std::function<bool()> check) { voxbrick::set_interrupt_check(std::move(check)); }
    ~InterruptCheck() { voxbrick::set_interrupt_check({}); }
};

/// An environment variable; null unsets it.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* old = std::getenv(name)) old_ = old;
        set(value);
    }
    ~Variable() { set(old_ ? old_->c_str() : nullptr); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

  private:
    void set(const char* value) const {
#ifdef _WIN32
        _putenv_s(name_, value == nullptr ? "" : value);
#else
        value == nullptr ? ::unsetenv(name_) : ::setenv(name_, value, 1);
#endif
    }

    const char* name_;
    std::optional<std::string> old_;
};
