#include "array/shard_cache.hpp"

#include <algorithm>
#include <atomic>

namespace voxbrick {
namespace {

constexpr std::size_t shards_per_array = 32;
// Every cached shard holds a file open, and processes have few of those (often 1024).
constexpr int shards_per_process = 256;
std::atomic<int> cached_shards{0};

// A shard of one block has no index worth keeping a file open for.
bool worth_keeping(const ShardReader& shard) {
    return shard.index.in_place() || shard.index.memory() > 0;
}

}  // namespace

ShardCache::~ShardCache() {
    cached_shards -= static_cast<int>(entries_.size());
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

std::shared_ptr<const ShardReader> ShardCache::take_known(const std::string& key, const BlobVersion& version) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
    if (found == entries_.end()) return nullptr;
    if (found->shard->blob->version() != version) {
        entries_.erase(found);
        --cached_shards;
        return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().shard;
}

std::vector<std::shared_ptr<const ShardReader>> ShardCache::forget(const std::string& key) {
    std::vector<std::shared_ptr<const ShardReader>> forgotten;
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_)
        if (entry.key == key) forgotten.push_back(entry.shard);
    cached_shards -= static_cast<int>(std::erase_if(entries_, [&](const Entry& entry) { return entry.key == key; }));
    return forgotten;
}

void ShardCache::keep(const std::string& key, std::shared_ptr<const ShardReader> shard) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= shards_per_array) drop_oldest();
    if (cached_shards >= shards_per_process) return;
    entries_.push_front({key, std::move(shard)});
    ++cached_shards;
}

void ShardCache::drop_oldest() {
    entries_.pop_back();
    --cached_shards;
}

}  // namespace voxbrick
