#define NOMINMAX
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
// needs windows.h
#include <winioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "store/file.hpp"
#include "store/folders.hpp"
#include "store/system_error.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::size_t longest_transfer = 0x40000000;

// By number, as not every toolchain's headers have the name.
constexpr auto rename_with_flags = static_cast<FILE_INFO_BY_HANDLE_CLASS>(22);  // FileRenameInfoEx

HANDLE native(std::intptr_t handle) {
    return reinterpret_cast<HANDLE>(handle);
}

[[noreturn]] void fail_last(std::string_view action, const std::string& path, DWORD error = GetLastError()) {
    const auto code = static_cast<int>(error);
    fail_system(std::system_category().default_error_condition(code).value(), action, path);
}

bool means_absent(DWORD error) {
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
}

std::uint64_t joined(DWORD high, DWORD low) {
    return (std::uint64_t{high} << 32) | low;
}

OVERLAPPED at_offset(std::uint64_t offset) {
    OVERLAPPED position{};
    position.Offset = static_cast<DWORD>(offset);
    position.OffsetHigh = static_cast<DWORD>(offset >> 32);
    return position;
}

// Others may read, write, rename and remove the file while we have it open, as everywhere else.
HANDLE open_shared(const std::string& path, DWORD access, DWORD creation, DWORD flags = 0) {
    constexpr DWORD everything = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    return CreateFileW(to_path(path).c_str(), access, everything, nullptr, creation, FILE_ATTRIBUTE_NORMAL | flags,
                       nullptr);
}

FileVersion version_of(HANDLE file, const std::string& path) {
    BY_HANDLE_FILE_INFORMATION status{};
    if (GetFileInformationByHandle(file, &status) == 0) fail_last("cannot look at", path);
    const FILETIME& time = status.ftLastWriteTime;
    if ((status.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        fail(ErrorKind::io, "cannot open ", path, ": it is a link");
    return {status.dwVolumeSerialNumber, joined(status.nFileIndexHigh, status.nFileIndexLow),
            joined(status.nFileSizeHigh, status.nFileSizeLow),
            static_cast<std::int64_t>(joined(time.dwHighDateTime, time.dwLowDateTime)) * 100, 0};
}

DWORD access_of(File::Use use) {
    return use == File::Use::read ? GENERIC_READ : GENERIC_READ | GENERIC_WRITE;
}

/// Hands all of `bytes` to `write`, which says how many of them it took.
template <class Write>
void write_all(ByteView bytes, Write write) {
    while (!bytes.empty()) {
        bytes = bytes.subspan(write(bytes.data(), static_cast<DWORD>(std::min(bytes.size(), longest_transfer))));
    }
}

// With these semantics files that someone has open can be replaced, too.
bool rename_open(const std::string& from, const std::string& to) {
    const std::wstring name = to_path(to).wstring();
    const std::size_t name_bytes = name.size() * sizeof(wchar_t);
    std::vector<std::byte> request(sizeof(FILE_RENAME_INFO) + name_bytes);
    auto* info = reinterpret_cast<FILE_RENAME_INFO*>(request.data());
    info->Flags = FILE_RENAME_FLAG_REPLACE_IF_EXISTS | FILE_RENAME_FLAG_POSIX_SEMANTICS;
    info->FileNameLength = static_cast<DWORD>(name_bytes);
    std::memcpy(info->FileName, name.data(), name_bytes);
    const HANDLE file = open_shared(from, DELETE, OPEN_EXISTING);
    if (file == INVALID_HANDLE_VALUE) return false;
    const BOOL done = SetFileInformationByHandle(file, rename_with_flags, info, static_cast<DWORD>(request.size()));
    CloseHandle(file);
    return done != 0;
}

}  // namespace

std::optional<File> File::open(const std::string& path, Use use, Links links) {
    const DWORD flags = links == Links::refuse ? FILE_FLAG_OPEN_REPARSE_POINT : 0;
    const HANDLE file = open_shared(path, access_of(use), OPEN_EXISTING, flags);
    if (file == INVALID_HANDLE_VALUE) {
        const DWORD error = GetLastError();
        if (means_absent(error)) return std::nullopt;
        fail_last(use == Use::read ? "cannot open" : "cannot open for writing", path, error);
    }
    File opened(reinterpret_cast<std::intptr_t>(file), path);
    opened.look();
    return opened;
}

std::optional<File> File::create(const std::string& path) {
    const HANDLE file = open_shared(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW);
    if (file == INVALID_HANDLE_VALUE) {
        const DWORD error = GetLastError();
        if (means_absent(error) || error == ERROR_FILE_EXISTS) return std::nullopt;
        fail_last("cannot open for writing", path, error);
    }
    File made(reinterpret_cast<std::intptr_t>(file), path);
    made.look();
    return made;
}

void File::look() {
    version_ = version_of(native(handle_), path_);
}

File::File(File&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)), path_(std::move(other.path_)), version_(other.version_) {}

File::~File() {
    if (handle_ != -1) CloseHandle(native(handle_));
}

std::uint64_t File::size() const {
    return version_of(native(handle_), path_).size;
}

void File::read_at(std::uint64_t offset, MutableBytes out) const {
    const std::uint64_t wanted = out.size();
    const std::uint64_t begin = offset;
    while (!out.empty()) {
        OVERLAPPED position = at_offset(offset);
        const auto size = static_cast<DWORD>(std::min(out.size(), longest_transfer));
        DWORD got = 0;
        const BOOL done = ReadFile(native(handle_), out.data(), size, &got, &position);
        if (done == 0 && GetLastError() != ERROR_HANDLE_EOF) fail_last("cannot read", path_);
        if (got == 0) {
            fail(ErrorKind::corrupt, path_, ": ", wanted, " bytes wanted at byte ", begin, ", found ", offset - begin,
                 " before the end of the file");
        }
        offset += got;
        out = out.subspan(got);
    }
}

void File::write_at(std::uint64_t offset, ByteView bytes) {
    write_all(bytes, [&](const std::byte* data, DWORD size) {
        OVERLAPPED position = at_offset(offset);
        DWORD written = 0;
        if (WriteFile(native(handle_), data, size, &written, &position) == 0) fail_last("cannot write", path_);
        offset += written;
        return written;
    });
}

void File::append(ByteView bytes) {
    write_all(bytes, [&](const std::byte* data, DWORD size) {
        DWORD written = 0;
        if (WriteFile(native(handle_), data, size, &written, nullptr) == 0) fail_last("cannot write", path_);
        return written;
    });
}

void File::append_zeros(std::uint64_t count) {
    DWORD unused = 0;  // where there are no sparse files the zeros take room, which is no error
    DeviceIoControl(native(handle_), FSCTL_SET_SPARSE, nullptr, 0, nullptr, 0, &unused, nullptr);
    LARGE_INTEGER distance{};
    distance.QuadPart = static_cast<LONGLONG>(count);
    const BOOL moved = SetFilePointerEx(native(handle_), distance, nullptr, FILE_CURRENT);
    if (moved == 0 || SetEndOfFile(native(handle_)) == 0) fail_last("cannot write", path_);
}

void File::sync() {
    if (FlushFileBuffers(native(handle_)) == 0) fail_last("cannot bring to stable storage", path_);
}

void File::begin_sync() noexcept {}

// A file here has the rights that its folder hands down.
bool File::take_access_of(const std::string& other) {
    return file_version(other).has_value();
}

// What can fail has failed before.
void File::finish() {}

void File::close() {
    if (CloseHandle(native(std::exchange(handle_, -1))) == 0) fail_last("cannot finish writing", path_);
}

bool locks_ranges() noexcept {
    return true;
}

LockAnswer File::try_lock(LockRange range) {
    OVERLAPPED position = at_offset(range.begin);
    const auto low = static_cast<DWORD>(range.length);
    const auto high = static_cast<DWORD>(range.length >> 32);
    constexpr DWORD how = LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY;
    if (LockFileEx(native(handle_), how, 0, low, high, &position) != 0) return LockAnswer::taken;
    switch (GetLastError()) {
        case ERROR_LOCK_VIOLATION:
        case ERROR_IO_PENDING:
            return LockAnswer::busy;
        case ERROR_NOT_SUPPORTED:
        case ERROR_INVALID_FUNCTION:
            return LockAnswer::unsupported;
        default:
            fail_last("cannot lock", path_);
    }
}

void File::unlock(LockRange range) noexcept {
    OVERLAPPED position = at_offset(range.begin);
    const auto low = static_cast<DWORD>(range.length);
    const auto high = static_cast<DWORD>(range.length >> 32);
    UnlockFileEx(native(handle_), 0, low, high, &position);
}

std::optional<FileVersion> file_version(const std::string& path) {
    const auto file = File::open(path, File::Use::read);
    return file ? std::optional(file->version()) : std::nullopt;
}

std::string owner_of(const std::string&) {
    return "another user";
}

std::optional<FileVersion> file_version_now(const std::string& path) {
    return file_version(path);
}

void rename_file(const std::string& from, const std::string& to) {
    if (rename_open(from, to)) return;
    // Older systems and other file systems know only this, which fails while someone reads the old file.
    constexpr DWORD how = MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH;
    if (MoveFileExW(to_path(from).c_str(), to_path(to).c_str(), how) == 0) {
        fail_last("cannot put a new version in the place of", to);
    }
}

void remove_file(const std::string& path) {
    if (DeleteFileW(to_path(path).c_str()) == 0 && !means_absent(GetLastError())) fail_last("cannot remove", path);
}

// Folders cannot be flushed here; NTFS writes the change of a name to its journal.
void sync_folder(const std::string&) {}

}  // namespace voxbrick
