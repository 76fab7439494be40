#include "array/shard_cache.hpp"

#include <algorithm>
#include <atomic>

namespace voxbrick {
namespace {

constexpr std::size_t shards_per_array = 32;
// Every cached shard holds a file open, and processes have few of those (often 1024).
constexpr int shards_per_process = 256;

struct CachedShards {
    std::atomic<int> number = 0;
};

std::atomic<int>& cached_shards() {
    return PerProcess<CachedShards>::get().number;
}

// A shard of one block has no index worth keeping a file open for.
bool worth_keeping(const ShardReader& shard) {
    return shard.index.in_place() || shard.index.memory() > 0;
}

}  // namespace

ShardCache::~ShardCache() {
    const auto kept = lock();
    cached_shards() -= static_cast<int>(kept->entries.size());
}

std::shared_ptr<const ShardReader> ShardCache::open(const Store& store, const Format& format, const ArrayMeta& meta,
                                                    const Index& shard, const std::string& key) {
    if (meta.shard_shape != meta.block_shape) {
        const auto version = store.version(key);
        if (!version) return nullptr;
        if (auto known = take_known(key, *version)) return known;
    }
    auto reader = format.find_shard(store, meta, shard, key);
    if (reader && worth_keeping(*reader)) keep(key, reader);
    return reader;
}

Guarded<ShardCache::Kept>::Access ShardCache::lock() {
    auto kept = kept_.lock();
    if (!kept->process.is_this_one()) *kept = {};  // their files are closed in this child
    return kept;
}

std::shared_ptr<const ShardReader> ShardCache::take_known(const std::string& key, const BlobVersion& version) {
    const auto kept = lock();
    const auto found =
        std::find_if(kept->entries.begin(), kept->entries.end(), [&](const Entry& e) { return e.key == key; });
    if (found == kept->entries.end()) return nullptr;
    if (found->shard->blob->version() != version) {
        kept->entries.erase(found);
        --cached_shards();
        return nullptr;
    }
    kept->entries.splice(kept->entries.begin(), kept->entries, found);
    return kept->entries.front().shard;
}

std::vector<std::shared_ptr<const ShardReader>> ShardCache::forget(const std::string& key) {
    std::vector<std::shared_ptr<const ShardReader>> forgotten;
    const auto kept = lock();
    for (const Entry& entry : kept->entries)
        if (entry.key == key) forgotten.push_back(entry.shard);
    cached_shards() -=
        static_cast<int>(std::erase_if(kept->entries, [&](const Entry& entry) { return entry.key == key; }));
    return forgotten;
}

void ShardCache::keep(const std::string& key, std::shared_ptr<const ShardReader> shard) {
    const auto kept = lock();
    if (kept->entries.size() >= shards_per_array) {
        kept->entries.pop_back();
        --cached_shards();
    }
    if (cached_shards() >= shards_per_process) return;
    kept->entries.push_front({key, std::move(shard)});
    ++cached_shards();
}

}  // namespace voxbrick
