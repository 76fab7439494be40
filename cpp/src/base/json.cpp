#include "base/json.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include "base/limits.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {

namespace {

// Brackets and commas are counted before anything is built.
void check_structure(std::string_view text, std::string_view where) {
    int depth = 0;
    std::size_t values = 1;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') in_string = !in_string;
        if (in_string && c == '\\') ++i;
        if (in_string) continue;
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (c == '[' || c == '{' || c == ',') ++values;
        if (depth > deepest_nesting)
            fail(ErrorKind::invalid_metadata, where, ": nested more than ", deepest_nesting, " levels deep");
        if (values > most_values) fail(ErrorKind::invalid_metadata, where, ": more than ", most_values, " values");
    }
}

[[noreturn]] void fail_expected(std::string_view expected, const Json& found, std::string_view where) {
    fail(ErrorKind::invalid_metadata, where, ": expected ", expected, ", found ", found.type_name());
}

void check_object(const Json& value, std::string_view where) {
    if (!value.is_object()) fail_expected("an object", value, where);
}

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
// A control character, with which no text of others may begin.
constexpr std::string_view mark = "\x01number ";
constexpr std::string_view mark_as_written = "\\u0001number ";
constexpr std::string_view begin_of_mark = "\"\\u0001";

bool is_in_number(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

bool is_odd_number(std::string_view word) {
    if (word == "NaN" || word == "Infinity" || word == "-Infinity") return true;
    double number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc::result_out_of_range && end == word.data() + word.size();
}

// The length of what begins at the front of `text`: a string, a number or name, or one other character.
std::size_t token_length(std::string_view text) {
    std::size_t length = 1;
    if (text.front() == '"') {
        while (length < text.size() && text[length] != '"') length += text[length] == '\\' ? 2 : 1;
        return std::min(length + 1, text.size());
    }
    if (is_in_number(text.front()))
        while (length < text.size() && is_in_number(text[length])) ++length;
    return length;
}

// Only asked where a document is none otherwise. Nothing if there is another reason.
template <class Document>
std::optional<Document> parse_with_odd_numbers(std::string_view text) {
    std::string marked;
    while (!text.empty()) {
        const std::string_view token = text.substr(0, token_length(text));
        marked += is_odd_number(token) ? concat('"', mark_as_written, token, '"') : std::string(token);
        text.remove_prefix(token.size());
    }
    Document document = Document::parse(marked, nullptr, false);
    return document.is_discarded() ? std::nullopt : std::optional(std::move(document));
}

bool has_odd_number(const Json& value) {
    if (value.is_string()) return value.get_ref<const std::string&>().starts_with(mark);
    return value.is_structured() && std::any_of(value.begin(), value.end(), has_odd_number);
}

}  // namespace

template <class Document>
Document parse_json(std::string_view text, std::string_view where) {
    if (text.starts_with(byte_order_mark))
        fail(ErrorKind::invalid_metadata, where,
             ": begins with a byte order mark, which JSON has not: save it as plain UTF-8");
    if (text.size() > largest_document)
        fail(ErrorKind::invalid_metadata, where, ": ", text.size(), " bytes, more than the ", largest_document,
             " that make sense for it");
    check_structure(text, where);
    if (text.find(begin_of_mark) != std::string_view::npos)
        fail(ErrorKind::invalid_metadata, where, ": a text begins with the control character U+0001");
    try {
        return Document::parse(text);
    } catch (const nlohmann::json::exception& error) {
        if (auto document = parse_with_odd_numbers<Document>(text)) return std::move(*document);
        fail(ErrorKind::invalid_metadata, where, ": not a JSON document: ", error.what());
    }
}

std::string json_text(const OrderedJson& document) {
    std::string text = document.dump(2);
    const std::string marked = concat('"', mark_as_written);
    for (std::size_t at = text.find(marked); at != std::string::npos; at = text.find(marked, at)) {
        text.erase(at, marked.size());
        text.erase(text.find('"', at), 1);
    }
    return text;
}

void refuse_odd_numbers(const Json& document, std::string_view free, std::string_view where) {
    check_object(document, where);
    for (const auto& [key, member] : document.items())
        if (key != free && has_odd_number(member))
            fail(ErrorKind::invalid_metadata, where, ": \"", key, "\" has a number that JSON does not have");
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
