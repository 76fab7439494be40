#include "format/zarr/zarr3_codecs.hpp"

#include <algorithm>
#include <bit>

#include "codec/registry.hpp"
#include "format/layout.hpp"
#include "format/shape.hpp"
#include "format/zarr/metadata.hpp"
#include "format/zarr/sharding.hpp"

namespace voxbrick {
namespace {

[[noreturn]] void fail_order(const std::string& name) {
    fail(ErrorKind::invalid_metadata, "codecs: \"", name,
         "\" is out of order; transposes come first, then one of bytes and sharding_indexed, then all others");
}

void add_transpose(ZarrCodecs& codecs, const ZarrExtension& codec) {
    if (!codecs.array_to_bytes.name.empty()) fail_order(codec.name);
    codecs.axes = then(codecs.axes, parse_transpose(codec.configuration, codecs.axes.size()));
}

void add_array_to_bytes(ZarrCodecs& codecs, ZarrExtension codec) {
    if (!codecs.array_to_bytes.name.empty()) fail_order(codec.name);
    codecs.array_to_bytes = std::move(codec);
}

void add_bytes_to_bytes(ZarrCodecs& codecs, const ZarrExtension& codec, std::size_t element_size) {
    codecs.bytes_to_bytes.push_back(make_codec(codec.name, codec.configuration, Dialect::zarr3, element_size));
    if (codecs.array_to_bytes.name.empty()) fail_order(codec.name);
    codecs.compressed |= codecs.bytes_to_bytes.back()->compresses();
}

void add(ZarrCodecs& codecs, ZarrExtension codec, std::size_t element_size) {
    if (codec.name == "endian") codec.name = "bytes";  // its name in the first drafts of the format
    if (codec.name == "transpose") return add_transpose(codecs, codec);
    if (codec.name == "bytes" || codec.name == "sharding_indexed") return add_array_to_bytes(codecs, std::move(codec));
    add_bytes_to_bytes(codecs, codec, element_size);
}

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

ZarrCodecs parse_codecs(const Json& list, std::size_t rank, std::size_t element_size) {
    if (!list.is_array() || list.empty()) fail(ErrorKind::invalid_metadata, "codecs: expected a list of codecs");
    ZarrCodecs codecs;
    codecs.axes = unchanged_axes(rank);
    for (const Json& codec : list) add(codecs, parse_extension(codec, "codec"), element_size);
    if (codecs.array_to_bytes.name.empty())
        fail(ErrorKind::invalid_metadata, "codecs: none of them is bytes or sharding_indexed");
    return codecs;
}

bool swaps_bytes(const ZarrExtension& bytes_codec, std::size_t element_size) {
    refuse_unknown_keys(bytes_codec.configuration, {"endian"}, "bytes");
    const Json* endian = optional(bytes_codec.configuration, "endian", "bytes");
    if (endian == nullptr && element_size == 1) return false;
    if (endian == nullptr)
        fail(ErrorKind::invalid_metadata, "bytes: \"endian\" is missing, for elements of ", element_size, " bytes");
    if (*endian != "little" && *endian != "big")
        fail(ErrorKind::invalid_metadata, "bytes: endian must be \"little\" or \"big\", not ", endian->dump());
    const auto stored = *endian == "big" ? std::endian::big : std::endian::little;
    return stored != std::endian::native && element_size > 1;
}

Axes parse_transpose(const Json& configuration, std::size_t rank) {
    refuse_unknown_keys(configuration, {"order"}, "transpose");
    const Json& order = required(configuration, "order", "transpose");
    Axes axes = unchanged_axes(rank);
    const std::string letter = order.is_string() ? as_string(order, "transpose order") : "";
    if (letter == "C") return axes;
    if (letter == "F") return reversed_axes(rank);
    Axes listed;
    if (order.is_array() && order.size() == rank)
        for (const Json& axis : order) listed.push_back(static_cast<std::size_t>(as_integer(axis, "transpose order")));
    if (!std::is_permutation(listed.begin(), listed.end(), axes.begin(), axes.end()))
        fail(ErrorKind::invalid_metadata, "transpose: order ", order.dump(), " is no permutation of ", rank, " axes");
    return listed;
}

CellPipeline make_cell_pipeline(const ZarrCodecs& codecs, const Index& shape, const ZarrElement& element) {
    (void)dense_bytes(shape, element.size(), ErrorKind::invalid_metadata);
    const Index encoded = to_encoded(shape, codecs.axes);
    CellPipeline pipeline;
    pipeline.layout.strides =
        to_decoded(c_order_strides(encoded, static_cast<std::int64_t>(element.size())), codecs.axes);
    pipeline.compressed = codecs.compressed;
    std::vector<CodecPtr> chain;
    if (codecs.sharded()) {
        ZarrSharding sharding = parse_sharding(codecs.array_to_bytes.configuration, encoded, element);
        pipeline.compressed |= sharding.block.compressed;
        chain.push_back(make_sharding_codec(std::move(sharding), encoded, element));
    } else {
        pipeline.layout.swap_bytes = swaps_bytes(codecs.array_to_bytes, element.size());
    }
    chain.insert(chain.end(), codecs.bytes_to_bytes.begin(), codecs.bytes_to_bytes.end());
    pipeline.chain = CodecChain(std::move(chain));
    return pipeline;
}

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
