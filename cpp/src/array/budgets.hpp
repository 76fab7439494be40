// What all arrays of a process together take of memory and open files.
#pragma once

#include <algorithm>

#include "exec/budget.hpp"
#include "exec/open_files.hpp"
#include "exec/process.hpp"

namespace voxbrick {

/// Made on first use, from the limit of open files as it is then. Three eighths of that are left to the program.
struct Budgets {
    /// Encoded blocks that wait for their shard to be written. Whoever brings the next one waits too.
    Budget waiting_bytes{std::size_t{64} << 20};
    /// Indices of shards that are kept for the next read.
    Budget index_bytes{std::size_t{256} << 20};
    /// Files of shards that are kept for the next read.
    Budget kept_files{std::clamp<std::size_t>(open_file_limit() / 4, 1, 256)};
    /// Files that reads have open.
    std::size_t read_files = std::clamp<std::size_t>(open_file_limit() / 8, 1, 128);
    /// Files that writes have open: of each shard the old one, and the new one.
    Budget written_files{std::max<std::size_t>(open_file_limit() / 4, 2)};
    /// Files that writes lock, one each.
    Budget locked_files{std::max<std::size_t>(open_file_limit() / 16, 1)};

    static Budgets& of_process() { return PerProcess<Budgets>::get(); }
};

}  // namespace voxbrick
