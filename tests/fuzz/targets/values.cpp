// Data types, fill values and keys: small texts, each parsed and spelled again.
#include "base/json.hpp"
#include "format/zarr2_dtype.hpp"
#include "format/zarr_fill.hpp"
#include "format/zarr_keys.hpp"
#include "target.hpp"

using namespace voxbrick;

namespace {

void parse_types(std::string_view text) {
    if (const auto dtype = dtype_from_name(text)) fuzz::require(name_of(*dtype) == text, "another data type");
    fuzz::accepts({ErrorKind::invalid_metadata, ErrorKind::unsupported}, [&] {
        const Zarr2Type type = parse_zarr2_type(Json(text));
        fuzz::require(parse_zarr2_type(zarr2_name_of(type)).dtype == type.dtype, "another data type of Zarr v2");
    });
}

void parse_key(std::string_view key, std::size_t choice) {
    const ZarrKeys keys{choice % 2 == 0, choice % 4 < 2 ? '/' : '.'};
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
