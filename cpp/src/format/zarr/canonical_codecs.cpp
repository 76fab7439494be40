#include "format/zarr/canonical_codecs.hpp"

#include <bit>

#include "codec/registry.hpp"
#include "format/layout.hpp"
#include "format/zarr/extension.hpp"
#include "format/zarr/zarr3_codecs.hpp"

namespace voxbrick {
namespace {

Json canonical_sharding(Json configuration, std::size_t rank, std::size_t element_size) {
    configuration["codecs"] = canonical_codecs(configuration["codecs"], rank, element_size);
    configuration["index_codecs"] = canonical_codecs(configuration["index_codecs"], rank + 1, sizeof(std::uint64_t));
    configuration["index_location"] = configuration.value("index_location", "end");
    return configuration;
}

// Elements of one byte have no order: any would do.
Json canonical_bytes(const ZarrExtension& codec, std::size_t element_size) {
    const bool native_is_big = std::endian::native == std::endian::big;
    const bool big = element_size > 1 && swaps_bytes(codec, element_size) != native_is_big;
    return {{"endian", big ? "big" : "little"}};
}

Json canonical_configuration(const ZarrExtension& codec, std::size_t rank, std::size_t element_size) {
    if (codec.name == "transpose") return {{"order", parse_transpose(codec.configuration, rank)}};
    if (codec.name == "bytes") return canonical_bytes(codec, element_size);
    if (codec.name == "sharding_indexed") return canonical_sharding(codec.configuration, rank, element_size);
    const CodecPtr made = make_codec(codec.name, codec.configuration, Dialect::zarr3, element_size);
    return parse_json(made->configuration(Dialect::zarr3), "codec");
}

}  // namespace

Json canonical_codecs(const Json& list, std::size_t rank, std::size_t element_size) {
    Json codecs = Json::array();
    for (const Json& item : list) {
        ZarrExtension codec = parse_extension(item, "codec");
        if (codec.name == "endian") codec.name = "bytes";  // its name in the first drafts of the format
        Json canonical = {{"name", codec.name}};
        Json configuration = canonical_configuration(codec, rank, element_size);
        if (!configuration.empty()) canonical["configuration"] = std::move(configuration);
        codecs.push_back(std::move(canonical));
    }
    return codecs;
}

}  // namespace voxbrick
