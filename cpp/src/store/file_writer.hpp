// A new version of a file: gathers what is appended into large writes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "store/file.hpp"
#include "store/temporary_file.hpp"

namespace voxbrick {

/// Whether a file is what is expected there. Stays true for whoever has its temporary, as far as others have to.
[[nodiscard]] bool is_as_expected(const std::string& path, const Expected& expected);

/// A file that replaces another is brought to stable storage before, whether that was asked for or not: otherwise a
/// power cut within the next half a minute might leave its name without its bytes, and neither the old nor the new.
class FileWriter final : public BlobWriter {
  public:
    /// `path` lies below the folder `root`. Null if the waiting for others who write it was given up.
    [[nodiscard]] static std::unique_ptr<FileWriter> make(const std::string& root, const std::string& path,
                                                          bool durable, const GiveUp& give_up = {});

    void append(ByteView bytes) override;
    void append_zeros(std::uint64_t count) override;
    void append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) override;
    [[nodiscard]] bool waits_for_storage() const override { return durable_ || temporary_->replaces(); }
    void begin_sync() override;
    using BlobWriter::commit;
    [[nodiscard]] bool commit(ByteView head, const Expected& expected) override;

  private:
    FileWriter(std::string root, std::string path, bool durable, std::unique_ptr<TemporaryFile> temporary);
    template <class Fill>
    void append_pieces(std::uint64_t size, const Fill& fill);
    void flush();
    void write_out(ByteView bytes);

    std::string root_;
    std::string path_;
    bool durable_;
    std::unique_ptr<TemporaryFile> temporary_;
    std::unique_ptr<std::byte[]> gathered_;
    std::size_t used_ = 0;
    std::uint64_t written_ = 0;  // without what is gathered
};

}  // namespace voxbrick
