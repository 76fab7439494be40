// Gathers what is appended into large writes.
#pragma once

#include <cstddef>
#include <memory>

#include "store/file.hpp"

namespace voxbrick {

class FileBlob final : public Blob {
  public:
    explicit FileBlob(File file) : file_(std::move(file)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return file_.version().size; }
    [[nodiscard]] BlobVersion version() const noexcept override { return file_.version(); }
    void read_at(std::uint64_t offset, MutableBytes out) const override { file_.read_at(offset, out); }

    [[nodiscard]] const File& file() const noexcept { return file_; }

  private:
    File file_;
};

class FileWriter final : public BlobWriter {
  public:
    /// The file must outlive the writer.
    explicit FileWriter(File& file);

    void append(ByteView bytes) override;
    void append_zeros(std::uint64_t count) override;
    void append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) override;
    /// Writes what is still gathered.
    void flush();

  private:
    [[nodiscard]] MutableBytes free_space() noexcept;

    File& file_;
    std::unique_ptr<std::byte[]> gathered_;
    std::size_t used_ = 0;
};

}  // namespace voxbrick
