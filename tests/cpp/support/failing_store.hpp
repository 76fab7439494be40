// A store that fails on purpose: as if the disk were full, at the step a test names; or where others act at that step.
#pragma once

#include <atomic>
#include <cerrno>
#include <functional>
#include <limits>
#include <memory>
#include <utility>

#include "voxbrick/base/error.hpp"
#include "voxbrick/store/store.hpp"

enum class Step { any, open, read, list, append, commit, open_mutable, write_at, sync, close, remove, lock };

/// Counts steps, and fails at one. Safe for concurrent use.
class FailurePlan {
  public:
    /// The nth of these steps from now on fails, and no other; nth = 1 is the next.
    void fail(Step step, std::size_t nth = 1) {
        step_ = step;
        left_ = nth;
    }
    /// Before the nth of these steps from now on `action` takes place, which may use the store.
    void intervene(Step step, std::size_t nth, std::function<void()> action) {
        action_ = std::move(action);
        fail(step, nth);
    }
    void fail_never() { left_ = never; }
    [[nodiscard]] bool has_failed() const { return left_ == 0 || left_ > never; }

    void take(Step step) {
        if (step_ != Step::any && step_ != step) return;
        if (left_.fetch_sub(1) != 1) return;
        if (!action_) throw voxbrick::Error(voxbrick::ErrorKind::io, "disk full on purpose", ENOSPC);
        std::exchange(action_, nullptr)();
    }

  private:
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max() / 2;

    std::atomic<Step> step_ = Step::any;
    std::atomic<std::size_t> left_ = never;
    std::function<void()> action_;  // instead of failing
};

class FailingBlob final : public voxbrick::Blob {
  public:
    FailingBlob(std::shared_ptr<const Blob> blob, std::shared_ptr<FailurePlan> plan)
        : blob_(std::move(blob)), plan_(std::move(plan)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return blob_->size(); }
    [[nodiscard]] voxbrick::BlobVersion version() const noexcept override { return blob_->version(); }
    void read_at(std::uint64_t offset, voxbrick::MutableBytes out) const override {
        plan_->take(Step::read);
        blob_->read_at(offset, out);
    }

  private:
    std::shared_ptr<const Blob> blob_;
    std::shared_ptr<FailurePlan> plan_;
};

class FailingWriter final : public voxbrick::BlobWriter {
  public:
    FailingWriter(std::unique_ptr<BlobWriter> writer, std::shared_ptr<FailurePlan> plan)
        : writer_(std::move(writer)), plan_(std::move(plan)) {}

    void append(voxbrick::ByteView bytes) override {
        plan_->take(Step::append);
        writer_->append(bytes);
    }
    void append_zeros(std::uint64_t count) override {
        plan_->take(Step::append);
        writer_->append_zeros(count);
    }
    void append_from(const voxbrick::Blob& source, std::uint64_t offset, std::uint64_t size) override {
        plan_->take(Step::append);
        writer_->append_from(source, offset, size);
    }
    [[nodiscard]] bool waits_for_storage() const override { return writer_->waits_for_storage(); }
    void begin_sync() override { writer_->begin_sync(); }
    using BlobWriter::commit;
    bool commit(voxbrick::ByteView head, const voxbrick::Expected& expected) override {
        plan_->take(Step::commit);
        return writer_->commit(head, expected);
    }

  private:
    std::unique_ptr<BlobWriter> writer_;
    std::shared_ptr<FailurePlan> plan_;
};

class FailingMutable final : public voxbrick::MutableBlob {
  public:
    FailingMutable(std::unique_ptr<MutableBlob> blob, std::shared_ptr<FailurePlan> plan)
        : blob_(std::move(blob)), plan_(std::move(plan)) {}

    void write_at(std::uint64_t offset, voxbrick::ByteView bytes) override {
        plan_->take(Step::write_at);
        blob_->write_at(offset, bytes);
    }
    void sync() override {
        plan_->take(Step::sync);
        blob_->sync();
    }
    bool close() override {
        plan_->take(Step::close);
        return blob_->close();
    }

  private:
    std::unique_ptr<MutableBlob> blob_;
    std::shared_ptr<FailurePlan> plan_;
};

class FailingStore final : public voxbrick::Store {
  public:
    explicit FailingStore(std::shared_ptr<Store> store) : store_(std::move(store)) {}

    [[nodiscard]] FailurePlan& plan() { return *plan_; }

    [[nodiscard]] std::string description() const override { return store_->description(); }

    [[nodiscard]] std::shared_ptr<const voxbrick::Blob> open(std::string_view key) const override {
        plan_->take(Step::open);
        auto blob = store_->open(key);
        return blob ? std::make_shared<FailingBlob>(std::move(blob), plan_) : nullptr;
    }
    [[nodiscard]] std::optional<voxbrick::BlobVersion> version(std::string_view key) const override {
        plan_->take(Step::open);
        return store_->version(key);
    }
    [[nodiscard]] voxbrick::Listing list_all() const override {
        plan_->take(Step::list);
        return store_->list_all();
    }
    using Store::new_version;
    using Store::open_mutable;
    using Store::remove;

    [[nodiscard]] std::unique_ptr<voxbrick::BlobWriter> new_version(std::string_view key, bool durable,
                                                                    const voxbrick::StoreLock* under) override {
        auto writer = store_->new_version(key, durable, under);
        return writer ? std::make_unique<FailingWriter>(std::move(writer), plan_) : nullptr;
    }
    [[nodiscard]] std::unique_ptr<voxbrick::MutableBlob> open_mutable(std::string_view key,
                                                                      const voxbrick::StoreLock* under) override {
        plan_->take(Step::open_mutable);
        auto blob = store_->open_mutable(key, under);
        return blob ? std::make_unique<FailingMutable>(std::move(blob), plan_) : nullptr;
    }
    [[nodiscard]] bool remove(std::string_view key, bool durable, const voxbrick::Expected& expected,
                              const voxbrick::StoreLock* under) override {
        plan_->take(Step::remove);
        return store_->remove(key, durable, expected, under);
    }
    void sync(std::string_view key) override {
        plan_->take(Step::sync);
        store_->sync(key);
    }
    [[nodiscard]] std::unique_ptr<voxbrick::StoreLock> lock(std::string_view anchor,
                                                            const std::vector<std::string>& names) override {
        plan_->take(Step::lock);
        return store_->lock(anchor, names);
    }
    [[nodiscard]] std::unique_ptr<voxbrick::StoreLock> lock_all(std::string_view anchor) override {
        plan_->take(Step::lock);
        return store_->lock_all(anchor);
    }
    [[nodiscard]] std::unique_ptr<voxbrick::StoreLock> lock_creation() override {
        plan_->take(Step::lock);
        return store_->lock_creation();
    }

  private:
    std::shared_ptr<Store> store_;
    std::shared_ptr<FailurePlan> plan_ = std::make_shared<FailurePlan>();
};
