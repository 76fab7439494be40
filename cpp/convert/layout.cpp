#include "layout.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>
#include <voxbrick/base/error.hpp>
#include <voxbrick/geometry/grid.hpp>

using voxbrick::Array;
using voxbrick::ArrayMeta;
using voxbrick::ArraySpec;
using voxbrick::Box;
using voxbrick::Index;

namespace {

constexpr std::int64_t usual_chunk = 32;
constexpr std::int64_t usual_shard = 1024;

Index last_axes(const Index& shape, std::size_t count) {
    return Index(std::span(shape.end() - count, shape.end()));
}

// Another shape with the last axes as they are asked for.
Index with_last_axes(Index shape, const Index& asked) {
    if (asked.rank() > shape.rank())
        voxbrick::fail(voxbrick::ErrorKind::invalid_argument, "a shape of ", asked.rank(), " numbers, ", asked,
                       ", for an array of ", shape.rank(), " axes");
    std::copy(asked.begin(), asked.end(), &shape[shape.rank() - asked.rank()]);
    return shape;
}

void check_axes(const ArrayMeta& meta) {
    const std::vector<std::string> wanted{"c", "x", "y", "z"};
    if (meta.shape.rank() == 4 && (meta.axes.empty() || meta.axes == wanted)) return;
    voxbrick::fail(voxbrick::ErrorKind::unsupported, "WKW has the axes c, x, y and z, which this array of ",
                   meta.shape.rank(), " axes has not");
}

ArraySpec wkw_spec(const ArrayMeta& meta, const Options& options) {
    check_axes(meta);
    const bool same = meta.data_format == "wkw";
    ArraySpec spec;
    spec.num_channels = meta.shape[0];
    spec.chunk_shape = same ? last_axes(meta.block_shape, 3) : Index::filled(3, usual_chunk);
    spec.shard_shape = same ? last_axes(meta.shard_shape, 3) : Index::filled(3, usual_shard);
    if (options.chunk_shape.rank() != 0) spec.chunk_shape = options.chunk_shape;
    if (options.shard_shape.rank() != 0) spec.shard_shape = options.shard_shape;
    return spec;
}

// The bits of a number of up to 8 bytes, whose sign goes on to the left.
std::int64_t bits_of(const voxbrick::ElementBits& element, bool with_sign) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < element.size; ++i) {
        const std::size_t byte = std::endian::native == std::endian::little ? i : element.size - 1 - i;
        bits |= std::to_integer<std::uint64_t>(element.bytes[byte]) << 8 * i;
    }
    const std::size_t unused = 64 - 8 * element.size;
    return with_sign ? static_cast<std::int64_t>(bits << unused) >> unused : static_cast<std::int64_t>(bits);
}

// As JSON; of floats their bits, which lose nothing.
std::string fill_text(const ArrayMeta& meta) {
    const std::int64_t bits = bits_of(meta.fill, is_signed(meta.dtype) && !is_float(meta.dtype));
    if (meta.fill.is_zero()) return "0";
    if (meta.dtype == voxbrick::DType::boolean) return "true";
    if (!is_float(meta.dtype))
        return is_signed(meta.dtype) ? std::to_string(bits) : std::to_string(static_cast<std::uint64_t>(bits));
    std::string digits;
    for (std::size_t shift = 8 * meta.fill.size; shift > 0; shift -= 4)
        digits += "0123456789abcdef"[static_cast<std::uint64_t>(bits) >> (shift - 4) & 0xf];
    return "\"0x" + digits + '"';
}

// Wherever a document has attributes, at its end or below, they are some if they are not empty.
bool has_attributes(const ArrayMeta& meta) {
    constexpr std::string_view name = "\"attributes\"";
    const std::size_t begin = meta.document.find(name);
    if (begin == std::string::npos) return false;
    const std::size_t value = meta.document.find_first_not_of(": \t\r\n", begin + name.size());
    const std::size_t first = meta.document.find_first_not_of(" \t\r\n", value + 1);
    return first != std::string::npos && meta.document[first] != '}';
}

ArraySpec zarr_spec(const Array& source, const Options& options) {
    const ArrayMeta& meta = source.meta();
    ArraySpec spec;
    spec.shape = extent_of(source);
    spec.axes = meta.axes;
    spec.fill_value = fill_text(meta);
    spec.chunk_shape = with_last_axes(meta.block_shape, options.chunk_shape);
    const bool whole = options.format == "zarr" && options.shard_shape.rank() == 0;  // version 2 has no shards
    spec.shard_shape = whole ? spec.chunk_shape : with_last_axes(meta.shard_shape, options.shard_shape);
    return spec;
}

}  // namespace

Index extent_of(const Array& array) {
    const ArrayMeta& meta = array.meta();
    if (!meta.unbounded) return meta.shape;
    Index extent = Index::filled(meta.shape.rank(), 1);
    extent[0] = meta.shape[0];
    for (const Index& shard : array.list_shards()) {
        const Box box = voxbrick::Grid{meta.shard_shape}.box_of(shard);
        for (std::size_t axis = 1; axis < box.rank(); ++axis) extent[axis] = std::max(extent[axis], box.end(axis));
    }
    return extent;
}

std::vector<std::string> losses(const ArrayMeta& source, const ArraySpec& spec) {
    std::vector<std::string> lost;
    if (has_attributes(source)) lost.emplace_back("the attributes are not copied");
    if (spec.data_format == "wkw" && !source.fill.is_zero())
        lost.emplace_back("the fill value is written out: WKW arrays are filled with 0");
    return lost;
}

ArraySpec spec_for(const Array& source, const Options& options) {
    ArraySpec spec = options.format == "wkw" ? wkw_spec(source.meta(), options) : zarr_spec(source, options);
    spec.data_format = options.format;
    spec.dtype = source.meta().dtype;
    spec.compress = options.compress;
    return spec;
}
