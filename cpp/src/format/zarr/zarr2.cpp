// Zarr v2: chunks of a regular grid, each an object 0.1.2 or 0/1/2 beside .zarray and .zattrs.
//
// Specification: https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html
//
// A chunk is a shard of one block, stored whole at the array's border too.
#include <span>

#include "codec/decodes_only.hpp"
#include "exec/process.hpp"
#include "format/document.hpp"
#include "format/formats.hpp"
#include "format/shape.hpp"
#include "format/zarr/zarr2_metadata.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view zarray_key = ".zarray";
constexpr std::string_view zattrs_key = ".zattrs";

class Zarr2Format final : public Format {
  public:
    std::string_view name() const noexcept override { return "zarr"; }
    std::string_view metadata_key() const noexcept override { return zarray_key; }
    std::vector<std::string_view> metadata_keys() const override { return {zattrs_key, zarray_key}; }

    ArrayMeta open(const Store& store) const override {
        const Zarr2Documents documents{read_document(store, zarray_key), find_document(store, zattrs_key)};
        (void)parsed_at(zattrs_key, [&] { return parse_attributes(documents); });
        return parsed_at(zarray_key, [&] { return parse_zarr2(documents); });
    }

    ArrayMeta plan(const ArraySpec& spec) const override {
        ArrayMeta meta = as_argument([&] { return parse_zarr2(make_zarr2_documents(spec)); });
        check_encodes(meta.chain);
        (void)meta.chain.encoded_bound(meta.block_bytes());  // throws where chunks are too large for a codec
        return meta;
    }

    // The array is there once .zarray is.
    bool store_metadata(Store& store, const ArrayMeta& meta, const Expected& expected) const override {
        const auto& [zarray, zattrs] = zarr2_details(meta).documents;
        if (zattrs) replace_bytes(store, zattrs_key, true, std::as_bytes(std::span(*zattrs)));
        return replace_bytes(store, zarray_key, true, std::as_bytes(std::span(zarray)), expected);
    }

    // Without .zattrs, which stays as it is, or as others make it in the meantime.
    ArrayMeta resized(const ArrayMeta& meta, const Index& shape) const override {
        check_new_shape(meta.shape, shape);
        const auto details = std::make_shared<Zarr2Details>(zarr2_details(meta));
        details->documents = {with_shape(details->documents.zarray, shape), std::nullopt};
        ArrayMeta result = meta;
        result.shape = shape;
        result.document = with_shape(meta.document, shape);
        result.details = details;
        return result;
    }

    std::string shard_key(const ArrayMeta& meta, const Index& shard) const override {
        return zarr2_details(meta).keys.key_of(shard);
    }

    std::optional<Index> shard_of_key(const ArrayMeta& meta, std::string_view key) const override {
        return zarr2_details(meta).keys.cell_in(meta.shape, meta.shard_shape, key);
    }

    bool owns(const ArrayMeta& meta, std::string_view key) const override {
        return key == zattrs_key || Format::owns(meta, key);
    }

    ShardReader open_shard(const ArrayMeta& meta, const Index&, std::shared_ptr<const Blob> blob) const override {
        const std::uint64_t size = blob->size();
        return {std::move(blob), ShardIndex::whole(size), meta.chain};
    }

    ShardFrame frame(const ArrayMeta&, const std::vector<std::uint64_t>&) const override { return {}; }
};

}  // namespace

const Format& zarr2_format() {
    static constinit Immortal<const Zarr2Format> format;
    return format.get();
}

}  // namespace voxbrick
