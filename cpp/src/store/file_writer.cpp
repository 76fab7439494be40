#include "store/file_writer.hpp"

#include <algorithm>
#include <cstring>

namespace voxbrick {
namespace {

// Large enough that the number of system calls, and of requests to a file server, does not matter.
constexpr std::size_t gather_size = std::size_t{1} << 20;
// For less, a copy inside the system costs more than it saves.
constexpr std::uint64_t smallest_inside_copy = std::uint64_t{1} << 16;

}  // namespace

FileWriter::FileWriter(File& file) : file_(file), gathered_(std::make_unique_for_overwrite<std::byte[]>(gather_size)) {}

void FileWriter::append(ByteView bytes) {
    if (bytes.size() > free_space().size()) flush();
    if (bytes.size() > free_space().size()) return file_.append(bytes);
    std::copy(bytes.begin(), bytes.end(), free_space().begin());
    used_ += bytes.size();
}

void FileWriter::append_zeros(std::uint64_t count) {
    flush();
    file_.append_zeros(count);
}

void FileWriter::append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) {
    const auto advance = [&](std::uint64_t done) {
        offset += done;
        size -= done;
    };
    const auto* file_blob = dynamic_cast<const FileBlob*>(&source);
    if (file_blob != nullptr && size >= smallest_inside_copy) {
        flush();
        std::uint64_t copied = 1;
        while (size > 0 && copied > 0) advance(copied = file_.append_from(file_blob->file(), offset, size));
    }
    while (size > 0) {
        if (free_space().empty()) flush();
        const MutableBytes piece = free_space().first(std::min<std::uint64_t>(size, free_space().size()));
        source.read_at(offset, piece);
        used_ += piece.size();
        advance(piece.size());
    }
}

void FileWriter::flush() {
    file_.append({gathered_.get(), used_});
    used_ = 0;
}

MutableBytes FileWriter::free_space() noexcept {
    return {gathered_.get() + used_, gather_size - used_};
}

}  // namespace voxbrick
