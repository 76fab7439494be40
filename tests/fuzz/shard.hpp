// Any bytes as a stored object of an array.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "decode.hpp"
#include "target.hpp"
#include "voxbrick/format/format.hpp"

namespace fuzz {

/// Bytes that are there for as long as the object is used.
class BorrowedBlob final : public voxbrick::Blob {
  public:
    explicit BorrowedBlob(voxbrick::ByteView bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
    [[nodiscard]] voxbrick::BlobVersion version() const noexcept override { return voxbrick::BlobVersion({}); }
    void read_at(std::uint64_t offset, voxbrick::MutableBytes out) const override {
        if (offset > bytes_.size() || out.size() > bytes_.size() - offset)
            voxbrick::fail(voxbrick::ErrorKind::corrupt, "the object ends before byte ", offset, " + ", out.size());
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
    }

  private:
    voxbrick::ByteView bytes_;
};

/// An array whose metadata is this text.
inline voxbrick::ArrayMeta array_of(const std::string& format, const std::string& key, const std::string& document) {
    const auto store = voxbrick::make_memory_store();
    voxbrick::replace_bytes(*store, key, false, std::as_bytes(std::span(document)));
    return voxbrick::format_named(format).open(*store);
}

/// Opens `bytes` as a shard, looks up every block and decodes it. Formats may refuse a block for what it is.
inline void open_shard(const voxbrick::ArrayMeta& meta, const voxbrick::Index& shard, voxbrick::ByteView bytes) {
    using voxbrick::ErrorKind;
    accepts({ErrorKind::corrupt, ErrorKind::unsupported}, [&] {
        const auto blob = std::make_shared<const BorrowedBlob>(bytes);
        const voxbrick::ShardReader reader = voxbrick::format_named(meta.data_format).open_shard(meta, shard, blob);
        for (std::size_t number = 0; number < meta.block_count(); ++number)
            accepts({ErrorKind::corrupt}, [&] {
                const auto range = reader.index.find(number);
                if (!range) return;
                require(range->size <= bytes.size() && range->offset <= bytes.size() - range->size,
                        "a block lies outside its shard");
                decode_guarded(reader.chain, bytes.subspan(range->offset, range->size), meta.block_bytes());
            });
    });
}

/// The first byte chooses one of `arrays`, the rest is a shard of it.
inline void open_any_shard(const std::vector<voxbrick::ArrayMeta>& arrays, const voxbrick::Index& shard,
                           voxbrick::ByteView input) {
    const voxbrick::ArrayMeta& meta = arrays[take_number(input, 1) % arrays.size()];
    open_shard(meta, shard, input);
}

}  // namespace fuzz
