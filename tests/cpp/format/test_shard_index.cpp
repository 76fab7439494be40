#include <catch2/catch.hpp>
#include <limits>

#include "support/error_kind.hpp"
#include "voxbrick/format/shard_index.hpp"

using namespace voxbrick;

namespace {

constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();

bool is_corrupt(const ShardIndex& index, std::size_t number) {
    return error_kind([&] { (void)index.find(number); }) == ErrorKind::corrupt;
}

}  // namespace

TEST_CASE("shard index: the whole object is the block, and an empty one is damaged", "[format]") {
    CHECK(ShardIndex::whole(5).find(0) == ByteRange{0, 5});
    CHECK(is_corrupt(ShardIndex::whole(0), 0));
    CHECK(error_kind([] { (void)ShardIndex::whole(5).find(1); }) == ErrorKind::invalid_argument);
}

TEST_CASE("shard index: computed places have to lie inside the file", "[format]") {
    const auto index = ShardIndex::computed(48 + 3 * 10 + 9, 48, 10, 4);
    CHECK(index.in_place());
    CHECK(index.find(0) == ByteRange{48, 10});
    CHECK(index.find(2) == ByteRange{68, 10});
    CHECK(is_corrupt(index, 3));
    CHECK(is_corrupt(ShardIndex::computed(100, none - 5, 10, 4), 3));
}

TEST_CASE("shard index: a bad end spoils the two blocks it belongs to and no other", "[format]") {
    const auto with_second_end = [](std::uint64_t end) { return ShardIndex::ends(100, 40, {50, end, 70, 80}, 16); };
    CHECK(with_second_end(60).find(0) == ByteRange{40, 10});
    CHECK(with_second_end(60).find(3) == ByteRange{70, 10});
    CHECK_FALSE(with_second_end(60).in_place());
    for (const std::uint64_t end : {std::uint64_t{0}, std::uint64_t{49}, std::uint64_t{50}, std::uint64_t{101}, none}) {
        CAPTURE(end);
        CHECK(with_second_end(end).find(0) == ByteRange{40, 10});
        CHECK(is_corrupt(with_second_end(end), 1));
        CHECK(with_second_end(end).find(3) == ByteRange{70, 10});
    }
    CHECK(is_corrupt(ShardIndex::ends(100, 40, {57}, 16), 0));      // longer than any block
    CHECK(is_corrupt(ShardIndex::ends(100, 40, {16, 30}, 16), 1));  // inside the jump table
}

TEST_CASE("shard index: table entries are absent, inside the object, or damaged", "[format]") {
    struct Row {
        std::uint64_t offset, size;
    };
    CHECK_FALSE(ShardIndex::table(100, {none, none}).find(0));
    CHECK(ShardIndex::table(100, {0, 100}).find(0) == ByteRange{0, 100});
    CHECK(ShardIndex::table(100, {7, 7, 3, 4}).find(1) == ByteRange{3, 4});
    for (const auto& [offset, size] :
         {Row{none, 5}, Row{5, none}, Row{5, 0}, Row{99, 2}, Row{101, 1}, Row{none - 1, 2}}) {
        CAPTURE(offset, size);
        CHECK(is_corrupt(ShardIndex::table(100, {offset, size}), 0));
    }
}
