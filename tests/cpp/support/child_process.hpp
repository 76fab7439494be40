// Forked children that tests wait for, and pipes that tell when something has happened.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <thread>
#include <utility>

class ChildProcess {
  public:
    enum : int { killed = -1, hangs = -2, threw = 99 };

    /// Runs `body` in a child, which ends with the number it returns.
    template <class Body>
    explicit ChildProcess(Body body) : pid_(::fork()) {
        if (pid_ == 0) ::_exit(result_of(body));
    }
    ~ChildProcess() {
        if (pid_ > 0) (void)kill();
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// What the body returned, or one of the numbers above.
    int wait() {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        int status = 0;
        while (::waitpid(pid_, &status, WNOHANG) == 0) {
            if (std::chrono::steady_clock::now() > end) return hangs;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : int{killed};
    }

    int kill() {
        ::kill(pid_, SIGKILL);
        return wait();
    }

  private:
    template <class Body>
    static int result_of(Body& body) {
        try {
            return body();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "a child threw: %s\n", error.what());
            return threw;
        } catch (...) {
            return threw;
        }
    }

    pid_t pid_;
};

/// Sent by one process, awaited by another, each once.
class Signal {
  public:
    Signal() { valid_ = ::pipe(ends_) == 0; }
    ~Signal() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    void send() const { valid_ = ::write(ends_[1], "!", 1) == 1; }
    void await() const {
        char byte = 0;
        valid_ = ::read(ends_[0], &byte, 1) == 1;
    }

  private:
    int ends_[2] = {-1, -1};
    mutable bool valid_ = false;
};

/// For a child that is to be killed.
[[noreturn]] inline int sleep_for_ever() {
    while (true) ::pause();
}
