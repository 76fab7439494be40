#include "array/shard_cache.hpp"

#include <algorithm>

namespace voxbrick {
namespace {

constexpr std::size_t shards_per_array = 32;

// A shard of one block has no index worth keeping a file open for.
bool worth_keeping(const ShardReader& shard) {
    return shard.index.in_place() || shard.index.memory() > 0;
}

}  // namespace

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

std::shared_ptr<const ShardReader> ShardCache::open_locked(const Store& store, const Format& format,
                                                           const ArrayMeta& meta, const Index& shard,
                                                           const std::string& key) {
    auto blob = store.open(key);
    if (!blob) return nullptr;
    if (auto known = take_known(key, blob->version())) return known;
    auto reader = std::make_shared<const ShardReader>(format.open_shard(meta, shard, std::move(blob)));
    if (worth_keeping(*reader)) keep(key, reader);
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
    std::erase_if(kept->entries, [&](const Entry& entry) { return entry.key == key; });
    return forgotten;
}

// Older ones make room. Where other arrays have taken all there is, the shard is not kept.
void ShardCache::keep(const std::string& key, std::shared_ptr<const ShardReader> shard) {
    const auto kept = lock();
    std::list<Entry>& entries = kept->entries;
    if (entries.size() >= shards_per_array) entries.pop_back();
    Budgets& budgets = Budgets::of_process();
    while (true) {
        auto file = budgets.kept_files.try_take(1);
        auto bytes = budgets.index_bytes.try_take(shard->index.memory());
        if (file && bytes) return entries.push_front({key, std::move(shard), std::move(*file), std::move(*bytes)});
        if (entries.empty()) return;
        entries.pop_back();
    }
}

}  // namespace voxbrick
