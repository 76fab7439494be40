// The pool is a list of jobs and the workers that serve them.
//
// 1. A caller puts its job in the list, wakes workers, and starts on the bodies itself.
// 2. Whoever works on a job takes the next number from its counter until there is none left.
// 3. A worker that is free joins the job with the fewest helpers. When another job arrives all workers
//    choose again after the body they are in: so callers share the pool.
// 4. The caller takes its job off the list, waits until the helpers have left it, and throws the first error.
#include "voxbrick/exec/thread_pool.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "exec/interrupt.hpp"
#include "exec/process.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

// Waking a sleeping thread takes about as long. To yield in between would be no kindness: on a busy machine the
// thread would not come back before the others have used up their time slices, while a sleeper is let in at once.
constexpr std::chrono::microseconds spin_time{50};

template <class Condition>
void spin_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + spin_time;
    while (!condition() && std::chrono::steady_clock::now() < end) {
    }
}

class Job {
  public:
    Job(std::size_t count, const std::function<void(std::size_t)>& body) : count_(count), body_(body) {}

    std::size_t count() const { return count_; }
    bool has_work() const { return next_ < count_; }
    bool stopped() const { return stopped_; }

    /// Runs one body; false if all have been taken, and in a child that the body forked.
    bool run_next() {
        const std::size_t number = next_.fetch_add(1);
        if (number >= count_) return false;
        return attempt([&] { body_(number); });
    }

    /// Calls `action`; an exception stops the job. False in a child that it forked: nobody is left there to finish the
    /// job, or to unlock a mutex that another thread held.
    template <class Action>
    bool attempt(Action action) {
        try {
            action();
        } catch (...) {
            if (process_.is_this_one()) stop(std::current_exception());
        }
        return process_.is_this_one();
    }

    void require_same_process() const { process_.require_this_one(); }

    void rethrow_error() {
        if (error_) std::rethrow_exception(error_);
    }

    std::atomic<std::size_t> helpers = 0;  // workers in this job; changed under the pool's mutex

  private:
    void stop(std::exception_ptr error) {
        const std::lock_guard lock(error_mutex_);
        if (!error_) error_ = std::move(error);
        stopped_ = true;
        next_ = count_;
    }

    const Process process_{};
    const std::size_t count_;
    const std::function<void(std::size_t)>& body_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> stopped_ = false;
    std::mutex error_mutex_;
    std::exception_ptr error_;
};

// The job that this thread works on, if any.
thread_local Job* current_job = nullptr;

class InJob {
  public:
    explicit InJob(Job& job) { current_job = &job; }
    ~InJob() { current_job = nullptr; }
    InJob(const InJob&) = delete;
    InJob& operator=(const InJob&) = delete;
};

class Pool {
  public:
    /// Runs a job to its end on this thread and at most `workers` others.
    void run(Job& job, std::size_t workers) {
        add(job, workers);
        {
            const InJob in_job(job);
            while (job.run_next() && job.attempt(ask_interrupt_check)) {
            }
        }
        job.require_same_process();
        remove(job);
        wait_for_helpers(job);
        job.rethrow_error();
    }

  private:
    void add(Job& job, std::size_t workers) {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(&job);
        arrivals_ = arrivals_ + 1;
        most_busy_ = workers;
        start_workers(std::min(workers, busy_ + job.count() - 1));
        wake_workers(job.count() - 1);
    }

    void start_workers(std::size_t wanted) {
        try {
            for (; started_ < wanted; ++started_) std::thread([this] { work(); }).detach();
        } catch (const std::system_error&) {
            // No more threads to be had: those there are, and the caller, do the work.
        }
    }

    void wake_workers(std::size_t wanted) {
        if (wanted >= asleep_) return job_arrived_.notify_all();
        for (; wanted > 0; --wanted) job_arrived_.notify_one();
    }

    void remove(Job& job) {
        const std::lock_guard lock(mutex_);
        std::erase(jobs_, &job);
    }

    void wait_for_helpers(Job& job) {
        const auto all_left = [&job] { return job.helpers == 0; };
        spin_until(all_left);
        while (!all_left()) {
            {
                std::unique_lock lock(mutex_);
                if (helper_left_.wait_for(lock, interrupt_interval, all_left)) return;
            }
            if (!job.attempt(ask_interrupt_check)) job.require_same_process();
        }
    }

    // Ends in a child that a body forked on this thread, and the child with it.
    void work() {
        std::unique_lock lock(mutex_);
        while (process_.is_this_one()) {
            if (Job* job = choose_job()) {
                help(*job, lock);
            } else {
                rest(lock);
            }
        }
    }

    Job* choose_job() const {
        Job* chosen = nullptr;
        if (busy_ >= most_busy_) return chosen;
        for (Job* job : jobs_) {
            if (job->has_work() && (chosen == nullptr || job->helpers < chosen->helpers)) chosen = job;
        }
        return chosen;
    }

    void help(Job& job, std::unique_lock<std::mutex>& lock) {
        const std::uint64_t seen = arrivals_;
        ++job.helpers;
        ++busy_;
        lock.unlock();
        {
            const InJob in_job(job);
            while (job.run_next() && arrivals_ == seen) {
            }
        }
        if (!process_.is_this_one()) return;
        lock.lock();
        --busy_;
        if (--job.helpers == 0) helper_left_.notify_all();  // from here on the job may be gone
    }

    void rest(std::unique_lock<std::mutex>& lock) {
        const std::uint64_t seen = arrivals_;
        const auto job_arrived = [&] { return arrivals_ != seen; };
        lock.unlock();
        spin_until(job_arrived);
        lock.lock();
        ++asleep_;
        job_arrived_.wait(lock, job_arrived);
        --asleep_;
    }

    const Process process_{};
    std::mutex mutex_;  // guards all below
    std::condition_variable job_arrived_;
    std::condition_variable helper_left_;
    std::vector<Job*> jobs_;
    std::size_t most_busy_ = 0;
    std::size_t started_ = 0;
    std::size_t busy_ = 0;
    std::size_t asleep_ = 0;
    std::atomic<std::uint64_t> arrivals_ = 0;  // jobs so far; read without the mutex, too
};

void run_inline(std::size_t count, const std::function<void(std::size_t)>& body) {
    const Process process{};
    for (std::size_t number = 0; number < count; ++number) {
        throw_if_cancelled();
        body(number);
        process.require_this_one();
    }
}

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
    const bool inside_body = current_job != nullptr;
    if (count <= 1 || inside_body) return run_inline(count, body);
    const std::size_t threads = thread_count();
    if (threads == 1) return run_inline(count, body);
    Job job(count, body);
    PerProcess<Pool>::get().run(job, threads - 1);
}

void throw_if_cancelled() {
    if (current_job != nullptr && current_job->stopped()) fail(ErrorKind::cancelled, "stopped with the work around it");
    ask_interrupt_check();
}

}  // namespace voxbrick
