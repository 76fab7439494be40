#include "format/zarr/zarr3_codecs.hpp"

#include <bit>

#include "codec/registry.hpp"
#include "format/sizes.hpp"
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

}  // namespace voxbrick
