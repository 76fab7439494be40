// From a codec's name and configuration, as metadata spells them, to the codec.
#pragma once

#include <cstddef>
#include <string>

#include "codec/settings.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// The codec of that name. `configuration` is Zarr v3's object of that name ({} if there is none), Zarr v2's
/// whole `compressor`, or N5's whole `compression`. Throws unsupported for names and members that voxbrick does not
/// know, invalid_metadata for wrong values.
[[nodiscard]] CodecPtr make_codec(const std::string& name, const Json& configuration, Dialect dialect,
                                  std::size_t element_size);

/// True if the dialect has a codec of that name.
[[nodiscard]] bool knows_codec(Dialect dialect, std::string_view name);

#define VOXBRICK_CODEC(row, ...) [[nodiscard]] CodecPtr make_##row(const CodecSettings& settings);
#include "codec/codecs.def"
#undef VOXBRICK_CODEC

}  // namespace voxbrick
