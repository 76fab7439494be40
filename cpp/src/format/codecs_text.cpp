#include "format/codecs_text.hpp"

#include <bit>

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

std::string codecs_text(const ArrayMeta& meta, const Axes& axes) {
    Json codecs = Json::array();
    if (axes != unchanged_axes(axes.size())) codecs.push_back(named("transpose", {{"order", axes}}));
    codecs.push_back(named("bytes", {{"endian", endian_of(meta.layout)}}));
    for (const CodecPtr& codec : meta.chain.codecs())
        codecs.push_back(named(codec->name(), parse_json(codec->configuration(Dialect::zarr3), "codec")));
    return codecs.dump();
}

}  // namespace voxbrick
