// The plan tiles what a box shares with an array, exactly once.
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <vector>

#include "voxbrick/array/plan.hpp"

using namespace voxbrick;

namespace {

std::int64_t pick(std::mt19937& random, std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(random()) % (last - first + 1);
}

ArrayMeta random_array(std::mt19937& random, std::size_t rank) {
    ArrayMeta meta;
    meta.shape = meta.block_shape = meta.shard_shape = Index::filled(rank, 0);
    for (std::size_t axis = 0; axis < rank; ++axis) {
        meta.shape[axis] = pick(random, 0, 12);
        meta.block_shape[axis] = pick(random, 1, 4);
        meta.shard_shape[axis] = meta.block_shape[axis] * pick(random, 1, 3);
    }
    meta.order.strides = c_order_strides(meta.blocks_per_shard());
    return meta;
}

Box random_box(std::mt19937& random, std::size_t rank) {
    Box box{Index::filled(rank, 0), Index::filled(rank, 0)};
    for (std::size_t axis = 0; axis < rank; ++axis) {
        box.offset[axis] = pick(random, -5, 14);
        box.shape[axis] = pick(random, 0, 14);
    }
    return box;
}

using Count = std::map<std::vector<std::int64_t>, int>;

void count_voxels(Count& count, const Box& box) {
    for (std::int64_t i = 0; i < product(box.shape); ++i) {
        const Index voxel = nth_index(box, i);
        ++count[{voxel.begin(), voxel.end()}];
    }
}

}  // namespace

TEST_CASE("plan: block parts tile the clipped box exactly once", "[array]") {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        const std::size_t rank = random() % 5;
        const ArrayMeta meta = random_array(random, rank);
        const Box box = random_box(random, rank);
        const Box inside = intersect(box, meta.bounds());
        INFO("box " << box << " array " << meta.shape << " blocks " << meta.block_shape);

        Count found;
        const Plan plan(meta, inside);
        for (std::size_t i = 0; i < plan.shard_count(); ++i) {
            const ShardPart shard = plan.shard_part(i);
            for (std::size_t j = 0; j < shard.count(); ++j) {
                const BlockPart part = plan.block_part(shard, j);
                REQUIRE_FALSE(part.part.empty());
                REQUIRE(part.block.contains(part.part));
                REQUIRE(part.number < meta.block_count());
                REQUIRE(plan.box_of(shard).contains(part.part));
                count_voxels(found, part.part);
            }
        }
        Count expected;
        count_voxels(expected, inside);
        REQUIRE(found == expected);
    }
}

TEST_CASE("plan: what lies outside and inside is the box, exactly once", "[array]") {
    std::mt19937 random(12);
    for (int round = 0; round < 300; ++round) {
        const std::size_t rank = 1 + random() % 4;
        const Box box = random_box(random, rank);
        const Box bounds = random_array(random, rank).bounds();
        Count found;
        for (const Box& piece : outside(box, bounds)) count_voxels(found, piece);
        count_voxels(found, intersect(box, bounds));
        Count expected;
        count_voxels(expected, box);
        INFO("box " << box << " bounds " << bounds);
        REQUIRE(found == expected);
    }
}
