// Single files, with the care that a store takes of its objects: replaced as wholes, brought to stable storage, locked.
// For documents beside arrays. Paths are UTF-8, or the bytes the system has; errors name the path.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "voxbrick/base/bytes.hpp"
#include "voxbrick/base/export.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

/// Gives a file these bytes, all at once: readers see the old file or the new one, also after this process is killed.
/// Makes the folder where it is missing. With `durable` it returns when the new file would survive a power cut.
VOXBRICK_API void replace_file(const std::string& path, ByteView bytes, bool durable);

/// Waits until the bytes of a file are on stable storage; its name is the folder's. No error if there is no such file.
VOXBRICK_API void sync_file(const std::string& path);

/// Waits until the names in a folder are on stable storage. No error if there is no such folder, or none that may be
/// read, or if the file system has no such thing for folders.
VOXBRICK_API void sync_folder(const std::string& folder);

/// Waits until nobody else, in this process or another, holds the lock of a file, which may be replaced under it. Null
/// if that takes longer than `patience`; nothing waits as long as it takes. `make` makes the file, empty, and its
/// folder where they are missing. The lock dies with its process.
/// Throws not_found if there is no such file, unsupported where the file system has no locks, cancelled when the work
/// around it is to stop.
[[nodiscard]] VOXBRICK_API std::unique_ptr<StoreLock> lock_whole_file(
    const std::string& path, bool make, std::optional<std::chrono::duration<double>> patience = {});

}  // namespace voxbrick
