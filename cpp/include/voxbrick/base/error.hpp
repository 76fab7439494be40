// What can go wrong, as one type with a kind.
//
// Errors are made where the fact becomes known, placed once on the array floor ("block (3,4,5) of
// z4/y3/x2.wkw in color/1"), and translated by kind, never by reading their text.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "voxbrick/base/export.hpp"

namespace voxbrick {

enum class ErrorKind {
    invalid_argument,  // the request makes no sense: wrong rank, dtype, shape
    out_of_bounds,     // the box leaves the array
    misaligned,        // the box must begin and end at multiples of something
    not_found,         // no such array, or no such file where one is required
    already_exists,    // something is where an array is to be created
    invalid_metadata,  // a header or JSON document is there but malformed
    corrupt,           // the metadata is fine, stored data is damaged
    unsupported,       // well-formed, but needs something voxbrick does not implement
    read_only,         // the array or the folder may not be written
    io,                // the system refused: permissions, full disk, failing device
    cancelled,         // the caller asked to stop
};

/// What the engine throws, but for std::bad_alloc where there is no memory. Copies share the message and never throw.
class VOXBRICK_API Error : public std::runtime_error {
  public:
    /// `system_code` is the errno that caused an `io` error, 0 if there was none.
    Error(ErrorKind kind, const std::string& message, int system_code = 0)
        : std::runtime_error(message), kind_(kind), system_code_(system_code) {}

    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
    [[nodiscard]] int system_code() const noexcept { return system_code_; }

    /// The same error, with the place where it happened in front of its message.
    [[nodiscard]] Error at(std::string_view place) const {
        return {kind_, std::string(place) + ": " + what(), system_code_};
    }

  private:
    ErrorKind kind_;
    int system_code_;
};

/// Everything streamable, one after the other, as one string.
template <class... Parts>
std::string concat(const Parts&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    return text.str();
}

/// Throws an Error whose message is its parts, streamed one after the other.
template <class... Parts>
[[noreturn]] void fail(ErrorKind kind, const Parts&... parts) {
    throw Error(kind, concat(parts...));
}

}  // namespace voxbrick
