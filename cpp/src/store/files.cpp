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

Deadline deadline_after(const std::optional<std::chrono::duration<double>>& patience) {
    using Clock = std::chrono::steady_clock;
    if (!patience || *patience >= longest_patience) return std::nullopt;
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::max(patience->zero(), *patience));
}

}  // namespace

void replace_file(const std::string& path, ByteView bytes, bool durable) {
    const std::string absolute = absolute_path(path);
    FileWriter writer(parent_of(absolute), absolute, durable);
    writer.append(bytes);
    writer.commit({});
}

void sync_file(const std::string& path) {
    if (auto file = File::open(path, File::Use::read)) file->sync();
}

std::unique_ptr<StoreLock> lock_whole_file(const std::string& path, bool make,
                                           std::optional<std::chrono::duration<double>> patience) {
    const std::string absolute = absolute_path(path);
    const Deadline deadline = deadline_after(patience);
    const auto open = make ? open_or_make : open_for_change;
    if (file_locking()) return lock_file_in_turn(absolute, {all_names}, open, deadline);
    (void)open(absolute);
    return PerProcess<LockTable>::get().lock(real_path(absolute), {all_names}, deadline);
}

}  // namespace voxbrick
