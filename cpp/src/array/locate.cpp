#include "array/locate.hpp"

#include <filesystem>

namespace voxbrick {
namespace {

// Parts lie near: their names have a slash or two, at the most.
constexpr int most_levels = 3;

// Formats from the table live for ever.
std::shared_ptr<const Format> unowned(const Format& format) {
    return {std::shared_ptr<const Format>(), &format};
}

std::shared_ptr<const Format> part_in(const Store& store, const std::string& path) {
    const Format* format = find_format(store);
    return format == nullptr ? nullptr : format->part(store, path);
}

}  // namespace

ArrayPlace locate_array(std::shared_ptr<Store> store) {
    const Format& format = detect_format(*store);
    return {std::move(store), unowned(format)};
}

std::optional<ArrayPlace> find_part(const std::string& folder) {
    const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal() / "";
    std::filesystem::path above = whole.parent_path();
    for (int level = 0; level < most_levels && above.has_relative_path(); ++level) {
        above = above.parent_path();
        auto outer = open_filesystem_store(above.string(), false);
        const std::string path = whole.parent_path().lexically_relative(above).generic_string();
        if (auto format = part_in(*outer, path)) return ArrayPlace{std::move(outer), std::move(format)};
    }
    return std::nullopt;
}

ArrayPlace locate_array(const std::string& folder) {
    auto store = open_filesystem_store(folder, false);
    if (find_format(*store) == nullptr)
        if (auto part = find_part(folder)) return std::move(*part);
    return locate_array(std::move(store));
}

}  // namespace voxbrick
