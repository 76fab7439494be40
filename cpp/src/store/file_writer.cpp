#include "store/file_writer.hpp"

#include <algorithm>
#include <utility>

#include "store/folders.hpp"

namespace voxbrick {
namespace {

// Large enough that the number of system calls, and of requests to a file server, does not matter; small enough
// that what is copied from file to file stays in the processor's cache on its way. Pieces end at multiples of
// this size in the file, for which the system needs the fewest pages.
constexpr std::size_t gather_size = std::size_t{1} << 19;
// Pieces from this size on are written from where they lie, as long as none was smaller: most often they are all
// of a file.
constexpr std::size_t write_through_size = std::size_t{1} << 16;

}  // namespace

// Where nobody else writes there is nothing to look for; nor could it be found on file systems whose inode numbers do
// not last, for which VOXBRICK_LOCKING=none is needed, too.
bool is_as_expected(const std::string& path, const Expected& expected) {
    if (expected.anything || !file_locking()) return true;
    const auto found = file_version_now(path);
    return expected.matches(found ? std::optional(found->token()) : std::nullopt);
}

FileWriter::FileWriter(std::string root, std::string path, bool durable, std::unique_ptr<TemporaryFile> temporary)
    : root_(std::move(root)), path_(std::move(path)), durable_(durable), temporary_(std::move(temporary)) {}

std::unique_ptr<FileWriter> FileWriter::make(const std::string& root, const std::string& path, bool durable,
                                             const GiveUp& give_up) {
    std::string target = real_target(path);
    auto temporary = TemporaryFile::make(target, give_up);
    if (!temporary) return nullptr;
    return std::unique_ptr<FileWriter>(new FileWriter(root, std::move(target), durable, std::move(temporary)));
}

void FileWriter::append(ByteView bytes) {
    if (!gathered_ && bytes.size() >= write_through_size) return write_out(bytes);
    append_pieces(bytes.size(), [&](std::uint64_t done, MutableBytes piece) {
        const ByteView next = bytes.subspan(done, piece.size());
        std::copy(next.begin(), next.end(), piece.begin());
    });
}

void FileWriter::append_zeros(std::uint64_t count) {
    flush();
    temporary_->file().append_zeros(count);
    written_ += count;
}

// Through memory: the system's own copy (copy_file_range) moves single pages and is slower.
void FileWriter::append_from(const Blob& source, std::uint64_t offset, std::uint64_t size) {
    append_pieces(size, [&](std::uint64_t done, MutableBytes piece) { source.read_at(offset + done, piece); });
}

// `fill` gets room for each piece, and how many bytes came before it.
template <class Fill>
void FileWriter::append_pieces(std::uint64_t size, const Fill& fill) {
    if (!gathered_) gathered_ = std::make_unique_for_overwrite<std::byte[]>(gather_size);
    for (std::uint64_t done = 0; done < size;) {
        const std::size_t room = gather_size - (written_ + used_) % gather_size;
        const MutableBytes piece{gathered_.get() + used_, std::min<std::uint64_t>(size - done, room)};
        fill(done, piece);
        used_ += piece.size();
        done += piece.size();
        if (piece.size() == room) flush();
    }
}

void FileWriter::begin_sync() {
    flush();
    gathered_ = nullptr;  // many may wait for each other to be committed together
    if (waits_for_storage()) temporary_->file().begin_sync();
}

// Whoever has the temporary of a file is the only one to replace it, so what is found stays until it is.
bool FileWriter::commit(ByteView head, const Expected& expected) {
    flush();
    if (!head.empty()) temporary_->file().write_at(0, head);
    if (waits_for_storage()) temporary_->file().sync();
    if (!is_as_expected(path_, expected)) return false;
    temporary_->put_in_place();
    if (durable_) sync_folders(root_, path_);
    return true;
}

void FileWriter::flush() {
    if (used_ == 0) return;
    write_out({gathered_.get(), used_});
    used_ = 0;
}

void FileWriter::write_out(ByteView bytes) {
    temporary_->file().append(bytes);
    written_ += bytes.size();
}

}  // namespace voxbrick
