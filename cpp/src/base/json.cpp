#include "base/json.hpp"

#include <algorithm>
#include <limits>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

constexpr int deepest_nesting = 128;

// Brackets are counted before anything is built: parsers and destructors of deep documents may recurse.
void check_depth(std::string_view text, std::string_view where) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') in_string = !in_string;
        if (in_string && c == '\\') ++i;
        if (!in_string && (c == '[' || c == '{')) ++depth;
        if (!in_string && (c == ']' || c == '}')) --depth;
        if (depth > deepest_nesting) {
            fail(ErrorKind::invalid_metadata, where, ": nested more than ", deepest_nesting, " levels deep");
        }
    }
}

[[noreturn]] void fail_expected(std::string_view expected, const Json& found, std::string_view where) {
    fail(ErrorKind::invalid_metadata, where, ": expected ", expected, ", found ", found.type_name());
}

void check_object(const Json& value, std::string_view where) {
    if (!value.is_object()) fail_expected("an object", value, where);
}

}  // namespace

template <class Document>
Document parse_json(std::string_view text, std::string_view where) {
    check_depth(text, where);
    try {
        return Document::parse(text);
    } catch (const nlohmann::json::exception& error) {
        fail(ErrorKind::invalid_metadata, where, ": not a JSON document: ", error.what());
    }
}

template Json parse_json<Json>(std::string_view text, std::string_view where);
template OrderedJson parse_json<OrderedJson>(std::string_view text, std::string_view where);

const Json& required(const Json& object, std::string_view key, std::string_view where) {
    const Json* member = optional(object, key, where);
    if (member == nullptr) fail(ErrorKind::invalid_metadata, where, ": \"", key, "\" is missing");
    return *member;
}

const Json* optional(const Json& object, std::string_view key, std::string_view where) {
    check_object(object, where);
    const auto member = object.find(key);
    return member == object.end() ? nullptr : &*member;
}

std::int64_t as_integer(const Json& value, std::string_view where) {
    if (!value.is_number_integer()) fail_expected("an integer", value, where);
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > largest) {
        fail(ErrorKind::invalid_metadata, where, ": ", value.get<std::uint64_t>(), " is too large");
    }
    return value.get<std::int64_t>();
}

std::int64_t as_integer_in(const Json& value, std::int64_t low, std::int64_t high, std::string_view where) {
    const std::int64_t number = as_integer(value, where);
    if (number < low || number > high) {
        fail(ErrorKind::invalid_metadata, where, ": ", number, " is not in ", low, " ... ", high);
    }
    return number;
}

bool as_bool(const Json& value, std::string_view where) {
    if (!value.is_boolean()) fail_expected("true or false", value, where);
    return value.get<bool>();
}

std::string as_string(const Json& value, std::string_view where) {
    if (!value.is_string()) fail_expected("a string", value, where);
    return value.get<std::string>();
}

void refuse_unknown_keys(const Json& object, std::initializer_list<std::string_view> known, std::string_view where) {
    check_object(object, where);
    for (const auto& member : object.items()) {
        if (std::find(known.begin(), known.end(), member.key()) == known.end()) {
            fail(ErrorKind::unsupported, where, ": unknown member \"", member.key(), "\"");
        }
    }
}

}  // namespace voxbrick
