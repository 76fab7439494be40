// Zarr v3: cells of a regular grid, each an object c/0/1/2 beside one zarr.json.
//
// Specification: https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html
//
// A cell is one block, or with sharding_indexed a grid of blocks with an index. What the array's codecs mean is
// found out once, in zarr_pipeline.cpp.
#include <span>

#include "codec/decodes_only.hpp"
#include "exec/process.hpp"
#include "format/document.hpp"
#include "format/formats.hpp"
#include "format/shape.hpp"
#include "format/zarr/zarr3_metadata.hpp"
#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::string_view document_key = "zarr.json";

// Codecs that hold blocks of their own may make others than the caller asked for.
void check_blocks(const ArrayMeta& meta, const ArraySpec& spec) {
    if (!spec.metadata.empty() || meta.block_shape == spec.chunk_shape) return;
    fail(ErrorKind::invalid_argument, "chunk_shape is ", spec.chunk_shape, ", but the codecs make chunks of ",
         meta.block_shape, " in shards of ", meta.shard_shape, "; give both shapes as the codecs have them");
}

class Zarr3Format final : public Format {
  public:
    std::string_view name() const noexcept override { return "zarr3"; }
    std::string_view metadata_key() const noexcept override { return document_key; }

    ArrayMeta open(const Store& store) const override {
        const std::string document = read_document(store, document_key);
        return parsed_at(document_key, [&] { return parse_zarr3(document); });
    }

    ArrayMeta plan(const ArraySpec& spec) const override {
        ArrayMeta meta = as_argument([&] { return parse_zarr3(make_zarr3_document(spec)); });
        check_blocks(meta, spec);
        check_encodes(meta.chain);
        (void)meta.chain.encoded_bound(meta.block_bytes());  // throws where blocks are too large for a codec
        return meta;
    }

    bool store_metadata(Store& store, const ArrayMeta& meta, const Expected& expected) const override {
        return replace_bytes(store, document_key, true, std::as_bytes(std::span(meta.document)), expected);
    }

    ArrayMeta resized(const ArrayMeta& meta, const Index& shape) const override {
        check_new_shape(meta.shape, shape);
        ArrayMeta result = meta;
        result.shape = shape;
        result.document = with_shape(meta.document, shape);
        return result;
    }

    std::string shard_key(const ArrayMeta& meta, const Index& shard) const override {
        return zarr3_details(meta).keys.key_of(shard);
    }

    std::optional<Index> shard_of_key(const ArrayMeta& meta, std::string_view key) const override {
        return zarr3_details(meta).keys.cell_in(meta.shape, meta.shard_shape, key);
    }

    ShardReader open_shard(const ArrayMeta& meta, const Index&, std::shared_ptr<const Blob> blob) const override {
        const std::uint64_t size = blob->size();
        const auto& table = zarr3_details(meta).table;
        if (!table) return {std::move(blob), ShardIndex::whole(size), meta.chain};
        const std::uint64_t offset = table->offset_in(size);
        std::vector<std::byte> encoded(table->size());
        blob->read_at(offset, encoded);
        return {std::move(blob), ShardIndex::table(size, table->decode(encoded)), meta.chain};
    }

    ShardFrame frame(const ArrayMeta& meta, const std::vector<std::uint64_t>& sizes) const override {
        const auto& table = zarr3_details(meta).table;
        if (!table) return {};
        std::vector<std::byte> encoded = table->encode(table->pairs_of(sizes));
        if (table->at_start()) return {std::move(encoded), {}};
        return {{}, std::move(encoded)};
    }
};

}  // namespace

const Format& zarr3_format() {
    static constinit Immortal<const Zarr3Format> format;
    return format.get();
}

}  // namespace voxbrick
