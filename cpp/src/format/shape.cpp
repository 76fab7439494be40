#include "format/shape.hpp"

#include <algorithm>
#include <limits>

#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view digits = "-0123456789";

// Where the string ends that begins at `quote`.
std::size_t end_of_string(std::string_view text, std::size_t quote) {
    std::size_t end = quote + 1;
    while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return end + 1;
}

// Where the value of the member `shape` begins in the text of an object, which has been parsed before: the last one, as
// for parsers.
std::size_t value_of_shape(std::string_view text) {
    std::size_t value = 0;
    int depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (c != '"') continue;
        const std::string_view string = text.substr(at, end_of_string(text, at) - at);
        at += string.size() - 1;
        const std::size_t next = text.find_first_not_of(blanks, at + 1);
        if (depth == 1 && text[next] == ':' && Json::parse(string) == "shape") value = next + 1;
    }
    return value;
}

}  // namespace

Index parse_shape(const Json& value, std::int64_t smallest, std::string_view where) {
    if (!value.is_array()) fail(ErrorKind::invalid_metadata, where, ": expected a list, found ", value.type_name());
    if (value.size() > max_rank)
        fail(ErrorKind::unsupported, where, ": arrays of ", value.size(), " axes are not supported, only up to ",
             max_rank);
    Index shape = Index::filled(value.size(), 0);
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
        shape[axis] = as_integer(value[axis], where);
        if (shape[axis] < smallest)
            fail(ErrorKind::invalid_metadata, where, ": ", shape[axis], " is less than ", smallest);
        if (shape[axis] > largest_coordinate)
            fail(ErrorKind::unsupported, where, ": ", shape[axis], " is more than ", largest_coordinate);
    }
    return shape;
}

Index parse_chunk_shape(const Json& configuration, std::size_t rank, std::string_view where) {
    const Index shape = parse_shape(required(configuration, "chunk_shape", where), 1, where);
    if (shape.rank() != rank)
        fail(ErrorKind::invalid_metadata, where, ": chunk_shape ", shape, " has not the array's ", rank, " axes");
    return shape;
}

OrderedJson shape_to_json(const Index& shape) {
    OrderedJson list = OrderedJson::array();
    for (const std::int64_t extent : shape) list.push_back(extent);
    return list;
}

std::string with_shape(const std::string& document, const Index& shape) {
    const std::size_t begin = value_of_shape(document);
    const std::size_t end = document.find(']', begin);
    std::string result = document.substr(0, begin);
    std::size_t rest = begin;
    for (const std::int64_t extent : shape) {
        const std::size_t number = std::min(document.find_first_of(digits, rest), end);
        result += document.substr(rest, number - rest) + std::to_string(extent);
        rest = std::min(document.find_first_not_of(digits, number), end);
    }
    return result + document.substr(rest);
}

void check_new_shape(const Index& before, const Index& after) {
    const bool valid = std::all_of(after.begin(), after.end(),
                                   [](std::int64_t extent) { return extent >= 0 && extent <= largest_coordinate; });
    if (after.rank() != before.rank() || !valid)
        fail(ErrorKind::invalid_argument, "an array of shape ", before, " cannot get the shape ", after);
}

std::int64_t dense_bytes(const Index& shape, std::size_t element_size, ErrorKind kind) {
    auto bytes = static_cast<std::int64_t>(element_size);
    for (const std::int64_t extent : shape) {
        if (extent > 0 && bytes > std::numeric_limits<std::int64_t>::max() / extent)
            fail(kind, "a box of ", shape, " elements of ", element_size, " bytes is too large");
        bytes *= extent;
    }
    return bytes;
}

}  // namespace voxbrick
