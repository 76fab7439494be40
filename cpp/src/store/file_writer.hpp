// A new version of a file: gathers what is appended into large writes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "store/file.hpp"
#include "store/temporary_file.hpp"

namespace voxbrick {

class FileWriter final : public BlobWriter {
  public:
    /// `path` lies below the folder `root`.
    FileWriter(std::string root, std::string path, bool durable);

    void append(ByteView bytes) override;
    void append_zeros(std::uint64_t count) override;
    void append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) override;
    void commit(ByteView head) override;

  private:
    template <class Fill>
    void append_pieces(std::uint64_t size, const Fill& fill);
    void flush();
    void write_out(ByteView bytes);

    std::string root_;
    std::string path_;
    bool durable_;
    TemporaryFile temporary_;
    std::unique_ptr<std::byte[]> gathered_;
    std::size_t used_ = 0;
    std::uint64_t written_ = 0;  // without what is gathered
};

}  // namespace voxbrick
