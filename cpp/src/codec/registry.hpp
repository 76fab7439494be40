// From a codec's name and configuration, as metadata spells them, to the codec.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "codec/settings.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

/// The codec of that name. `configuration` is Zarr v3's object of that name ({} if there is none), Zarr v2's
/// whole `compressor`, or N5's whole `compression`; WKW and precomputed have {}. Throws unsupported for names and
/// members that voxbrick does not know, invalid_metadata for wrong values.
[[nodiscard]] CodecPtr make_codec(const std::string& name, const Json& configuration, Dialect dialect,
                                  std::size_t element_size);

/// True if the dialect has a codec of that name.
[[nodiscard]] bool knows_codec(Dialect dialect, std::string_view name);

/// The names of all codecs that the dialect has, in the order of codecs.def.
[[nodiscard]] std::vector<std::string_view> codec_names(Dialect dialect);

/// What a new array is compressed with unless its creator says otherwise: a JSON object as the dialect spells a codec.
/// Only for dialects that arrays are written in.
[[nodiscard]] std::string_view default_codec(Dialect dialect);

/// A file that was compressed as a whole says so by the ending of its name.
struct FileEnding {
    std::string_view ending;
    CodecPtr codec;  // null for one that voxbrick does not have
};

/// All endings that are known, in the order in which they are to be looked for.
[[nodiscard]] const std::vector<FileEnding>& file_endings();

#define VOXBRICK_CODEC(row, ...) [[nodiscard]] CodecPtr make_##row(const CodecSettings& settings);
#include "codec/codecs.def"

}  // namespace voxbrick
