// From a folder to the array in it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "voxbrick/format/format.hpp"
#include "voxbrick/store/store.hpp"

namespace voxbrick {

struct ArrayPlace {
    std::shared_ptr<Store> store;
    std::shared_ptr<const Format> format;
};

/// The array whose metadata lies in the store. Throws not_found.
[[nodiscard]] ArrayPlace locate_array(std::shared_ptr<Store> store);

/// The part of an array in a folder above that lies in `folder`; nothing if there is none.
[[nodiscard]] std::optional<ArrayPlace> find_part(const std::string& folder);

/// The array in a folder, or the part of an array in a folder above it that lies there. Throws not_found.
[[nodiscard]] ArrayPlace locate_array(const std::string& folder);

}  // namespace voxbrick
