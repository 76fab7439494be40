// System calls that fail on purpose, and a record of those that make things last. Linux only.
//
// The definitions stand before the C library's in the test program.
#pragma once

#ifdef __linux__

#include <atomic>
#include <cstdint>
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

/// Told of every call that changes what lies on disk, after it was made.
class CallObserver {
  public:
    virtual ~CallObserver() = default;
    virtual void wrote(int file, std::int64_t offset, const void* bytes, std::size_t size) = 0;
    virtual void cut(int file, std::int64_t size) = 0;
    virtual void synced(int file) = 0;
    virtual void renamed(const char* from, const char* to) = 0;
    virtual void removed(const char* path) = 0;
    virtual void made_folder(const char* path) = 0;
};

/// One at a time; null: nobody. Not to be changed while other threads make such calls.
void observe_calls(CallObserver* observer);

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
