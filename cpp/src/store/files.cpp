#include "voxbrick/store/files.hpp"

#include <algorithm>

#include "exec/process.hpp"
#include "store/file_writer.hpp"
#include "store/folders.hpp"
#include "store/locks.hpp"
#include "store/open_file.hpp"

namespace voxbrick {
namespace {

// More seconds than any clock counts would overflow it.
constexpr std::chrono::duration<double> longest_patience = std::chrono::hours(24 * 365);

GiveUp after(const std::optional<std::chrono::duration<double>>& patience) {
    using Clock = std::chrono::steady_clock;
    if (!patience || *patience >= longest_patience) return {};
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::max(patience->zero(), *patience));
    return [end] { return Clock::now() >= end; };
}

}  // namespace

void replace_file(const std::string& path, ByteView bytes, bool durable) {
    const std::string absolute = absolute_path(path);
    if (durable) make_lasting_folders(parent_of(absolute));
    const auto writer = FileWriter::make(parent_of(absolute), absolute, durable);
    writer->append(bytes);
    writer->commit({});
}

void sync_file(const std::string& path) {
    if (auto file = File::open(path, File::Use::read)) file->sync();
}

std::unique_ptr<StoreLock> lock_whole_file(const std::string& path, bool make,
                                           std::optional<std::chrono::duration<double>> patience) {
    const std::string absolute = absolute_path(path);
    const GiveUp give_up = after(patience);
    const auto open = make ? open_or_make : open_for_change;
    if (file_locking()) return lock_file_in_turn(absolute, {all_names}, open, give_up);
    (void)open(absolute);
    return PerProcess<LockTable>::get().lock(real_path(absolute), {all_names}, give_up);
}

}  // namespace voxbrick
