// Data types, fill values and keys: small texts, each parsed and spelled again.
#include "base/json.hpp"
#include "format/shard_keys.hpp"
#include "format/zarr/fill.hpp"
#include "format/zarr/zarr2_metadata.hpp"
#include "target.hpp"

using namespace voxbrick;

namespace {

void parse_types(std::string_view text) {
    if (const auto dtype = dtype_from_name(text)) fuzz::require(name_of(*dtype) == text, "another data type");
    const std::string dtype = Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
    fuzz::accepts({ErrorKind::invalid_metadata, ErrorKind::unsupported}, [&] {
        (void)parse_zarr2({R"({"zarr_format": 2, "shape": [1], "chunks": [1], "compressor": null, "fill_value": null,
            "filters": null, "order": "C", "dtype": )" +
                               dtype + "}",
                           std::nullopt});
    });
}

void parse_key(std::string_view key, std::size_t choice) {
    const GridKeys keys{choice % 2 == 0, choice % 4 < 2 ? '/' : '.'};
    const auto cell = keys.cell_of(key, choice / 4 % 4);
    if (cell) fuzz::require(keys.key_of(*cell) == key, "another key");
}

void parse_value(std::string_view text, DType dtype) {
    fuzz::accepts({ErrorKind::invalid_metadata, ErrorKind::unsupported}, [&] {
        const ElementBits fill = parse_fill(lenient_fill(parse_json(text, "fill"), dtype), dtype);
        fuzz::require(parse_fill(fill_to_json(fill, dtype), dtype) == fill, "another fill value");
    });
}

}  // namespace

FUZZ_TARGET(values) {
    const std::size_t choice = fuzz::take_number(input, 1);
    const std::string_view text = fuzz::text_of(input);
    parse_types(text);
    parse_key(text, choice);
    parse_value(text, static_cast<DType>(choice % 12));
}
