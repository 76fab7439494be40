#include "format/zarr/zarr2_dtype.hpp"

#include <array>
#include <utility>

#include "voxbrick/base/error.hpp"

namespace voxbrick {
namespace {

constexpr std::array<std::pair<std::string_view, DType>, 12> types{{{"b1", DType::boolean},
                                                                    {"i1", DType::int8},
                                                                    {"i2", DType::int16},
                                                                    {"i4", DType::int32},
                                                                    {"i8", DType::int64},
                                                                    {"u1", DType::uint8},
                                                                    {"u2", DType::uint16},
                                                                    {"u4", DType::uint32},
                                                                    {"u8", DType::uint64},
                                                                    {"f2", DType::float16},
                                                                    {"f4", DType::float32},
                                                                    {"f8", DType::float64}}};

// Complex numbers, dates, objects, texts, raw bytes.
constexpr std::string_view foreign_kinds = "cmMOSUV";

[[noreturn]] void fail_type(ErrorKind kind, const Json& value) {
    fail(kind, "dtype: ", value.dump(), kind == ErrorKind::unsupported ? " is not supported" : " is no type");
}

}  // namespace

Zarr2Type parse_zarr2_type(const Json& value) {
    if (value.is_array()) fail_type(ErrorKind::unsupported, value);  // a record of several fields
    const std::string name = as_string(value, "dtype");
    if (name.size() < 2) fail_type(ErrorKind::invalid_metadata, value);
    if (foreign_kinds.find(name[1]) != std::string_view::npos) fail_type(ErrorKind::unsupported, value);
    for (const auto& [spelling, dtype] : types) {
        const std::string_view orders = size_of(dtype) == 1 ? "<>|" : "<>";
        if (name.substr(1) == spelling && orders.find(name[0]) != std::string_view::npos)
            return {dtype, name[0] == '>'};
    }
    fail_type(ErrorKind::invalid_metadata, value);
}

std::string zarr2_name_of(const Zarr2Type& type) {
    const char* order = size_of(type.dtype) == 1 ? "|" : type.big_endian ? ">" : "<";
    std::size_t row = 0;
    while (types[row].second != type.dtype) ++row;
    return concat(order, types[row].first);
}

}  // namespace voxbrick
