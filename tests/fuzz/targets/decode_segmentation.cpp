// Compressed segmentation, for chunks of several shapes.
#include "codec/compressed_segmentation.hpp"
#include "decode.hpp"

using namespace voxbrick;

FUZZ_TARGET(decode_segmentation) {
    struct Case {
        CodecChain chain;
        std::size_t size;
    };
    const auto of = [](const Index& shape, const Index& block, std::size_t element_size) {
        return Case{CodecChain({make_compressed_segmentation(shape, block, element_size)}),
                    static_cast<std::size_t>(product(shape)) * element_size};
    };
    static const std::vector<Case> cases{of({1, 8, 8, 8}, {8, 8, 8}, 4), of({2, 5, 4, 3}, {2, 3, 2}, 8),
                                         of({1, 1, 1, 1}, {8, 8, 8}, 8), of({3, 4, 4, 4}, {4, 4, 1}, 4)};
    const Case& one = cases[fuzz::take_number(input, 1) % cases.size()];
    fuzz::decode_guarded(one.chain, input, one.size);
}
