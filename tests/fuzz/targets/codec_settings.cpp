// What metadata may say of a codec: a name and its settings, in the words of each format.
#include <array>

#include "base/json.hpp"
#include "codec/registry.hpp"
#include "target.hpp"

using namespace voxbrick;

FUZZ_TARGET(codec_settings) {
    constexpr std::array names{"blosc", "bz2",     "crc32c", "delta", "gzip",  "lz4",
                               "lzma",  "shuffle", "zlib",   "zstd",  "bzip2", "xz"};
    const auto dialect = static_cast<Dialect>(fuzz::take_number(input, 1) % 3);
    const std::string name = names[fuzz::take_number(input, 1) % names.size()];
    const std::size_t element_size = std::size_t{1} << fuzz::take_number(input, 1) % 4;
    fuzz::accepts({ErrorKind::invalid_metadata, ErrorKind::unsupported}, [&] {
        const Json settings = parse_json(fuzz::text_of(input), "settings");
        const CodecPtr codec = make_codec(name, settings, dialect, element_size);
        (void)codec->decoded_bound(100);
        (void)parse_json(codec->configuration(dialect), "configuration");
    });
}
