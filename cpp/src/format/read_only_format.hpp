// What the formats that voxbrick reads only have in common: they refuse everything else.
#pragma once

#include "voxbrick/base/error.hpp"
#include "voxbrick/format/format.hpp"

namespace voxbrick {

class ReadOnlyFormat : public Format {
  public:
    bool writable() const noexcept final { return false; }
    ArrayMeta plan(const ArraySpec&) const final { refuse("create"); }
    bool store_metadata(Store&, const ArrayMeta&, const Expected&) const final { refuse("change"); }
    ArrayMeta resized(const ArrayMeta&, const Index&) const final { refuse("resize"); }
    ShardFrame frame(const ArrayMeta&, const std::vector<std::uint64_t>&) const final { refuse("write"); }

  private:
    [[noreturn]] void refuse(const char* what) const {
        fail(ErrorKind::unsupported, "voxbrick reads arrays of the format ", name(), " and cannot ", what,
             " them: use wkw, zarr or zarr3 for new arrays");
    }
};

}  // namespace voxbrick
