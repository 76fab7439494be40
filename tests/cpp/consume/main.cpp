// What an embedding tool does with an installed voxbrick: write, read, and catch its errors by type.
#include <cstdint>
#include <vector>
#include <voxbrick/voxbrick.hpp>

namespace {

bool round_trip_works(voxbrick::Array& array) {
    const voxbrick::Box box{{0, 1, 2, 3}, {1, 2, 2, 2}};
    const std::vector<std::uint8_t> written{1, 2, 3, 4, 5, 6, 7, 8};
    array.write<std::uint8_t>(box, written);
    return array.read<std::uint8_t>(box) == written;
}

bool errors_have_their_type() {
    try {
        (void)voxbrick::Array::open(voxbrick::make_memory_store());
    } catch (const voxbrick::Error& error) {
        return error.kind() == voxbrick::ErrorKind::not_found;
    }
    return false;
}

}  // namespace

int main() {
    voxbrick::ArraySpec spec;
    spec.chunk_shape = {8, 8, 8};
    auto array = voxbrick::Array::create(voxbrick::make_memory_store(), spec);
    return round_trip_works(array) && errors_have_their_type() ? 0 : 1;
}
