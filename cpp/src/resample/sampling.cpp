#include "voxbrick/resample/sampling.hpp"

#include <array>
#include <utility>

namespace voxbrick {
namespace {

constexpr std::array<std::pair<std::string_view, Sampling>, 7> names{{
    {"median", Sampling::median},
    {"mode", Sampling::mode},
    {"nearest", Sampling::nearest},
    {"mean", Sampling::mean},
    {"bilinear", Sampling::mean},
    {"max", Sampling::max},
    {"min", Sampling::min},
}};

}  // namespace

std::optional<Sampling> sampling_from_name(std::string_view name) noexcept {
    for (const auto& [known, sampling] : names)
        if (known == name) return sampling;
    return std::nullopt;
}

}  // namespace voxbrick
