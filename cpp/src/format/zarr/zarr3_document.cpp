#include "format/zarr/zarr3_document.hpp"

#include <numeric>

#include "format/shape.hpp"
#include "format/zarr/keys.hpp"
#include "format/zarr/spec.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

OrderedJson named(std::string_view name, OrderedJson configuration) {
    return {{"name", name}, {"configuration", std::move(configuration)}};
}

OrderedJson little_endian() {
    return named("bytes", {{"endian", "little"}});
}

OrderedJson first_axis_fastest(std::size_t rank) {
    std::vector<std::size_t> order(rank);
    std::iota(order.rbegin(), order.rend(), std::size_t{0});
    return named("transpose", {{"order", order}});
}

OrderedJson default_codecs(const ArraySpec& spec) {
    OrderedJson codecs = OrderedJson::array();
    if (spec.shape.rank() > 1) codecs.push_back(first_axis_fastest(spec.shape.rank()));
    codecs.push_back(little_endian());
    if (spec.compress) codecs.push_back(named("zstd", {{"level", 5}, {"checksum", true}}));
    return codecs;
}

// The caller's codecs; bare names, which not all readers take, as objects.
OrderedJson given_codecs(const ArraySpec& spec) {
    auto codecs = parse_json<OrderedJson>(spec.codecs, "codecs");
    if (!codecs.is_array()) fail(ErrorKind::invalid_argument, "codecs: expected a list of codecs, not ", spec.codecs);
    for (OrderedJson& codec : codecs)
        if (codec.is_string()) codec = {{"name", codec}};
    return codecs;
}

bool names_sharding(const OrderedJson& codecs) {
    for (const OrderedJson& codec : codecs)
        if (codec.is_object() && codec.value("name", OrderedJson()) == "sharding_indexed") return true;
    return false;
}

OrderedJson sharded(const Index& chunk_shape, OrderedJson codecs) {
    const OrderedJson checksum = {{"name", "crc32c"}};
    return OrderedJson::array(
        {named("sharding_indexed", {{"chunk_shape", shape_to_json(chunk_shape)},
                                    {"codecs", std::move(codecs)},
                                    {"index_codecs", OrderedJson::array({little_endian(), checksum})},
                                    {"index_location", "end"}})});
}

OrderedJson codecs_of(const ArraySpec& spec) {
    OrderedJson codecs = spec.codecs.empty() ? default_codecs(spec) : given_codecs(spec);
    if (spec.shard_shape.rank() == 0 || names_sharding(codecs)) return codecs;
    return sharded(spec.chunk_shape, std::move(codecs));
}

OrderedJson names_of(const ArraySpec& spec) {
    auto names = OrderedJson::array();
    for (const std::string& axis : spec.axes) names.push_back(axis.empty() ? OrderedJson() : OrderedJson(axis));
    while (names.size() < spec.shape.rank()) names.push_back(nullptr);
    return names;
}

OrderedJson keys_of(const ArraySpec& spec) {
    if (spec.chunk_key_encoding.empty()) return zarr_keys_to_json({});
    return zarr_keys_to_json(parse_zarr_keys(parse_json(spec.chunk_key_encoding, "chunk_key_encoding")));
}

OrderedJson from_keywords(const ArraySpec& spec) {
    check_zarr_spec(spec);
    const Index& cell = spec.shard_shape.rank() == 0 ? spec.chunk_shape : spec.shard_shape;
    OrderedJson document = {{"zarr_format", 3},
                            {"node_type", "array"},
                            {"shape", shape_to_json(spec.shape)},
                            {"data_type", name_of(spec.dtype)},
                            {"chunk_grid", named("regular", {{"chunk_shape", shape_to_json(cell)}})},
                            {"chunk_key_encoding", keys_of(spec)},
                            {"fill_value", fill_of(spec)},
                            {"codecs", codecs_of(spec)},
                            {"attributes", attributes_of(spec)}};
    if (!spec.axes.empty()) document["dimension_names"] = names_of(spec);
    return document;
}

}  // namespace

std::string make_zarr3_document(const ArraySpec& spec) {
    const bool given = !spec.metadata.empty();
    return json_text(given ? parse_json<OrderedJson>(spec.metadata, "metadata") : from_keywords(spec));
}

}  // namespace voxbrick
