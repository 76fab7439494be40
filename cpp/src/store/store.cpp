#include "voxbrick/store/store.hpp"

#include <algorithm>

#include "voxbrick/base/error.hpp"

namespace voxbrick {

BlobVersion::BlobVersion(ByteView token) : size_(token.size()) {
    if (size_ > longest)
        fail(ErrorKind::invalid_argument, "the token of a version has ", size_, " bytes, more than ", longest);
    std::copy(token.begin(), token.end(), bytes_.begin());
}

void Store::replace(std::string_view key, bool durable, const std::function<void(BlobWriter&)>& write) {
    const std::unique_ptr<BlobWriter> writer = new_version(key, durable);
    write(*writer);
    writer->commit({});
}

void replace_bytes(Store& store, std::string_view key, bool durable, ByteView bytes) {
    store.replace(key, durable, [&](BlobWriter& writer) { writer.append(bytes); });
}

bool replace_bytes(Store& store, std::string_view key, bool durable, ByteView bytes, const Expected& expected) {
    const std::unique_ptr<BlobWriter> writer = store.new_version(key, durable);
    writer->append(bytes);
    return writer->commit({}, expected);
}

std::optional<std::string> read_text(const Store& store, std::string_view key, std::uint64_t limit) {
    const std::shared_ptr<const Blob> blob = store.open(key);
    if (!blob) return std::nullopt;
    if (blob->size() > limit) {
        fail(ErrorKind::invalid_metadata, key, " in ", store.description(), " has ", blob->size(),
             " bytes, more than the ", limit, " that make sense for it");
    }
    std::string text(blob->size(), '\0');
    blob->read_at(0, std::as_writable_bytes(std::span(text)));
    return text;
}

}  // namespace voxbrick
