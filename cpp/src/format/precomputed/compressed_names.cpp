#include "format/precomputed/compressed_names.hpp"

#include "codec/registry.hpp"
#include "exec/process.hpp"

namespace voxbrick {
namespace {

CodecPtr codec_named(const char* name) {
    return make_codec(name, Json::object(), Dialect::zarr2, 1);
}

}  // namespace

CodecPtr gzip_streams() {
    return codec_named("gzip");
}

const std::vector<CompressedName>& compressed_names() {
    static constinit Immortal<const std::vector<CompressedName>> names;
    return names.get([] {
        return new std::vector<CompressedName>{{".gz", gzip_streams()},
                                               {".br", nullptr},
                                               {".zstd", codec_named("zstd")},
                                               {".xz", codec_named("lzma")},
                                               {".bz2", codec_named("bz2")}};
    });
}

std::string_view without_ending(std::string_view key) {
    for (const CompressedName& name : compressed_names())
        if (key.ends_with(name.ending)) return key.substr(0, key.size() - name.ending.size());
    return key;
}

}  // namespace voxbrick
