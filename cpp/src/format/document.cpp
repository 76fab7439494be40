#include "format/document.hpp"

#include "base/limits.hpp"

namespace voxbrick {

std::string read_document(const Store& store, std::string_view key) {
    auto document = find_document(store, key);
    if (!document) fail(ErrorKind::not_found, "there is no ", key, " in ", store.description());
    return std::move(*document);
}

std::optional<std::string> find_document(const Store& store, std::string_view key) {
    return read_text(store, key, largest_document);
}

}  // namespace voxbrick
