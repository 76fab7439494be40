// System calls that fail on purpose, and a record of those that make things last. Linux only.
//
// The definitions stand before the C library's in the test program.
#pragma once

#ifdef __linux__

#include <atomic>
#include <string>
#include <vector>

enum class Call { lock, sync, rename, close_after_write, count };

/// While it lives, a system call fails with this errno.
class Failing {
  public:
    Failing(Call call, int code);
    ~Failing();
    Failing(const Failing&) = delete;
    Failing& operator=(const Failing&) = delete;

  private:
    Call call_;
};

/// "sync <name>" and "rename <name>" in their order, from this object's making on.
class CallRecord {
  public:
    CallRecord();
    ~CallRecord();
    CallRecord(const CallRecord&) = delete;
    CallRecord& operator=(const CallRecord&) = delete;

    const std::vector<std::string>& calls() const { return calls_; }
    void add(const char* call, const std::string& path);

  private:
    std::vector<std::string> calls_;
};

#endif
