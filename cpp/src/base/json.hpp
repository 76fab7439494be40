// Reading JSON documents that others wrote. Whatever has the wrong shape throws invalid_metadata and
// names the place (`where`): "shape: expected an integer, found boolean".
//
// Python's programs write NaN, Infinity and -Infinity, which JSON does not have. They, and numbers beyond every double,
// are read as "odd" numbers: strings with a mark, that json_text() writes as they stood.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace voxbrick {

using Json = nlohmann::json;
/// Keeps the order of members: for documents to be written.
using OrderedJson = nlohmann::ordered_json;

/// A whole document, as Json or OrderedJson. Throws invalid_metadata if it is none, begins with a byte order mark, or
/// is nested so deeply that walking it might exhaust the stack.
template <class Document = Json>
[[nodiscard]] Document parse_json(std::string_view text, std::string_view where);

/// The document as text, with its odd numbers as they were read.
[[nodiscard]] std::string json_text(const OrderedJson& document);

/// Throws invalid_metadata if there are odd numbers in `document`, an object, outside its member `free`.
void refuse_odd_numbers(const Json& document, std::string_view free, std::string_view where);

/// The member `key` of `object`.
[[nodiscard]] const Json& required(const Json& object, std::string_view key, std::string_view where);

/// The member `key` of `object`, nullptr if there is none.
[[nodiscard]] const Json* optional(const Json& object, std::string_view key, std::string_view where);

/// Booleans, fractions (also 5.0) and numbers beyond 64 bits are no integers.
[[nodiscard]] std::int64_t as_integer(const Json& value, std::string_view where);

/// An integer in low ... high, both included.
[[nodiscard]] std::int64_t as_integer_in(const Json& value, std::int64_t low, std::int64_t high,
                                         std::string_view where);

[[nodiscard]] bool as_bool(const Json& value, std::string_view where);
[[nodiscard]] std::string as_string(const Json& value, std::string_view where);

/// Throws unsupported if `object` has a member that is not in `known`: its meaning would be lost.
void refuse_unknown_keys(const Json& object, std::initializer_list<std::string_view> known, std::string_view where);

}  // namespace voxbrick
