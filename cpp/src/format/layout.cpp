#include "format/layout.hpp"

#include <bit>
#include <numeric>

#include "base/json.hpp"

namespace voxbrick {
namespace {

Json named(std::string_view name, Json configuration) {
    return {{"name", name}, {"configuration", std::move(configuration)}};
}

std::string_view endian_of(const BlockLayout& layout) {
    return layout.swap_bytes == (std::endian::native == std::endian::little) ? "big" : "little";
}

}  // namespace

Axes unchanged_axes(std::size_t rank) {
    Axes axes(rank);
    std::iota(axes.begin(), axes.end(), std::size_t{0});
    return axes;
}

Axes reversed_axes(std::size_t rank) {
    const Axes axes = unchanged_axes(rank);
    return {axes.rbegin(), axes.rend()};
}

Axes then(const Axes& first, const Axes& second) {
    Axes axes = second;
    for (std::size_t& axis : axes) axis = first[axis];
    return axes;
}

Index to_encoded(const Index& values, const Axes& axes) {
    Index encoded = values;
    for (std::size_t i = 0; i < axes.size(); ++i) encoded[i] = values[axes[i]];
    return encoded;
}

Index to_decoded(const Index& values, const Axes& axes) {
    Index decoded = values;
    for (std::size_t i = 0; i < axes.size(); ++i) decoded[axes[i]] = values[i];
    return decoded;
}

Index dense_strides(const Index& shape, const Axes& axes, std::size_t element_size) {
    return to_decoded(c_order_strides(to_encoded(shape, axes), static_cast<std::int64_t>(element_size)), axes);
}

std::string codecs_text(const ArrayMeta& meta, const Axes& axes) {
    Json codecs = Json::array();
    if (axes != unchanged_axes(axes.size())) codecs.push_back(named("transpose", {{"order", axes}}));
    codecs.push_back(named("bytes", {{"endian", endian_of(meta.layout)}}));
    for (const CodecPtr& codec : meta.chain.codecs())
        codecs.push_back(named(codec->name(), parse_json(codec->configuration(Dialect::zarr3), "codec")));
    return codecs.dump();
}

}  // namespace voxbrick
