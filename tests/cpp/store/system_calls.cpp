#include "support/system_calls.hpp"

#ifdef __linux__

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <filesystem>

namespace {

std::atomic<int> errors[static_cast<int>(Call::count)];
CallRecord* record = nullptr;
CallObserver* observer = nullptr;

std::atomic<int>& error_of(Call call) {
    return errors[static_cast<int>(call)];
}

bool fails(Call call) {
    const int code = error_of(call);
    if (code != 0) errno = code;
    return code != 0;
}

std::string path_of(int file) {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file), ignored).string();
}

bool writable(int file) {
    return (::syscall(SYS_fcntl, file, F_GETFL) & O_ACCMODE) == O_WRONLY;
}

}  // namespace

Failing::Failing(Call call, int code) : call_(call) {
    error_of(call_) = code;
}
Failing::~Failing() {
    error_of(call_) = 0;
}

void observe_calls(CallObserver* next) {
    observer = next;
}

CallRecord::CallRecord() {
    record = this;
}
CallRecord::~CallRecord() {
    record = nullptr;
}

void CallRecord::add(const char* call, const std::string& path) {
    calls_.push_back(std::string(call) + " " + std::filesystem::path(path).filename().string());
}

extern "C" {

int fcntl(int file, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    if (command == F_OFD_SETLK && fails(Call::lock)) return -1;
    return static_cast<int>(::syscall(SYS_fcntl, file, command, argument));
}

int fsync(int file) {
    if (fails(Call::sync)) return -1;
    if (record != nullptr) record->add("sync", path_of(file));
    const auto result = static_cast<int>(::syscall(SYS_fsync, file));
    if (observer != nullptr && result == 0) observer->synced(file);
    return result;
}

ssize_t write(int file, const void* bytes, size_t size) {
    const off_t offset = observer == nullptr ? 0 : ::lseek(file, 0, SEEK_CUR);
    const ssize_t written = ::syscall(SYS_write, file, bytes, size);
    if (observer != nullptr && written > 0) observer->wrote(file, offset, bytes, static_cast<std::size_t>(written));
    return written;
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t offset) {
    const ssize_t written = ::syscall(SYS_pwrite64, file, bytes, size, offset);
    if (observer != nullptr && written > 0) observer->wrote(file, offset, bytes, static_cast<std::size_t>(written));
    return written;
}

int ftruncate(int file, off_t size) noexcept {
    const auto result = static_cast<int>(::syscall(SYS_ftruncate, file, size));
    if (observer != nullptr && result == 0) observer->cut(file, size);
    return result;
}

int unlink(const char* path) noexcept {
    const auto result = static_cast<int>(::syscall(SYS_unlinkat, AT_FDCWD, path, 0));
    if (observer != nullptr && result == 0) observer->removed(path);
    return result;
}

int mkdir(const char* path, mode_t mode) noexcept {
    const auto result = static_cast<int>(::syscall(SYS_mkdirat, AT_FDCWD, path, mode));
    if (observer != nullptr && result == 0) observer->made_folder(path);
    return result;
}

int rename(const char* from, const char* to) noexcept {
    if (fails(Call::rename)) return -1;
    if (record != nullptr) record->add("rename", to);
    const auto result = static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
    if (observer != nullptr && result == 0) observer->renamed(from, to);
    return result;
}

int close(int file) {
    const bool failing = error_of(Call::close_after_write) != 0 && writable(file);
    const long result = ::syscall(SYS_close, file);
    return failing && fails(Call::close_after_write) ? -1 : static_cast<int>(result);
}
}

#endif
