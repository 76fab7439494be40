#include <algorithm>
#include <array>
#include <cstring>
#include <deque>

#include "codec/bounds.hpp"
#include "voxbrick/base/error.hpp"
#include "voxbrick/codec/codec.hpp"

namespace voxbrick {

namespace {

// Two buffers, so that a codec never reads and writes the same one.
class BufferPair {
  public:
    MutableBytes next(std::size_t size) {
        turn_ = 1 - turn_;
        return buffers_[turn_].resize(size);
    }

    void release(std::size_t keep) {
        for (Buffer& buffer : buffers_)
            if (buffer.capacity() > keep) buffer = Buffer();
    }

  private:
    std::array<Buffer, 2> buffers_;
    std::size_t turn_ = 0;
};

// The pairs of one thread, which stay until they are released: blocks are many and alike.
// A codec may hold a chain of its own (a shard in a shard), so that every level of nesting has its own pair.
struct NestedBuffers {
    std::deque<BufferPair> pairs;
    std::size_t depth = 0;  // pairs of lower levels are in use

    void release(std::size_t keep) {
        for (std::size_t level = depth; level < pairs.size(); ++level) pairs[level].release(keep);
    }
};

class BufferLease {
  public:
    explicit BufferLease(NestedBuffers& nested) : nested_(nested), pair_(enter(nested)) {}
    BufferLease(const BufferLease&) = delete;
    BufferLease& operator=(const BufferLease&) = delete;
    ~BufferLease() { --nested_.depth; }

    MutableBytes next(std::size_t size) { return pair_.next(size); }

  private:
    static BufferPair& enter(NestedBuffers& nested) {
        while (nested.depth >= nested.pairs.size()) nested.pairs.emplace_back();
        return nested.pairs[nested.depth++];
    }

    NestedBuffers& nested_;
    BufferPair& pair_;
};

NestedBuffers& encode_buffers() {
    thread_local NestedBuffers nested;
    return nested;
}

NestedBuffers& decode_buffers() {
    thread_local NestedBuffers nested;
    return nested;
}

[[noreturn]] void fail_size(std::size_t found, std::size_t expected) {
    fail(ErrorKind::corrupt, "block decodes to ", found, " bytes, expected ", expected);
}

// The most that the codecs from `first` up to `last` may make of `size` decoded bytes. Twice our own bound,
// since other encoders may waste more.
template <class Iterator>
std::size_t foreign_bound(Iterator first, Iterator last, std::size_t size) {
    for (; first != last; ++first) size = (*first)->encoded_bound(size);
    return saturating_product(size, 2);
}

}  // namespace

std::string Codec::configuration(Dialect) const {
    return "{}";
}

bool CodecChain::compresses() const noexcept {
    return std::any_of(codecs_.begin(), codecs_.end(), [](const CodecPtr& codec) { return codec->compresses(); });
}

std::size_t CodecChain::encoded_bound(std::size_t decoded_size) const {
    for (const CodecPtr& codec : codecs_) decoded_size = codec->encoded_bound(decoded_size);
    return decoded_size;
}

ByteView CodecChain::encode(ByteView decoded) const {
    BufferLease lease(encode_buffers());
    ByteView bytes = decoded;
    for (const CodecPtr& codec : codecs_) {
        const MutableBytes out = lease.next(codec->encoded_bound(bytes.size()));
        bytes = out.first(codec->encode(bytes, out));
    }
    return bytes;
}

void CodecChain::decode(ByteView encoded, MutableBytes out) const {
    check_plausible(encoded, out.size());
    if (empty()) {
        if (!out.empty()) std::memcpy(out.data(), encoded.data(), out.size());
        return;
    }
    BufferLease lease(decode_buffers());
    ByteView bytes = encoded;
    for (auto codec = codecs_.end() - 1; codec != codecs_.begin(); --codec) {
        const std::size_t room =
            std::min((*codec)->decoded_bound(bytes.size()), foreign_bound(codecs_.begin(), codec, out.size()));
        const MutableBytes decoded = lease.next(room);
        bytes = decoded.first((*codec)->decode(bytes, decoded));
    }
    const std::size_t size = codecs_.front()->decode(bytes, out);
    if (size != out.size()) fail_size(size, out.size());
}

void CodecChain::check_plausible(ByteView encoded, std::size_t expected) const {
    if (empty() && encoded.size() != expected) fail_size(encoded.size(), expected);
    std::size_t bound = encoded.size();
    for (auto codec = codecs_.rbegin(); codec != codecs_.rend(); ++codec) bound = (*codec)->decoded_bound(bound);
    if (bound < expected) {
        fail(ErrorKind::corrupt, encoded.size(), " bytes cannot decode to the expected ", expected);
    }
}

CodecChain::Kept::Kept() {
    ++encode_buffers().depth;
}

CodecChain::Kept::~Kept() {
    --encode_buffers().depth;
}

void CodecChain::release_scratch(std::size_t keep) {
    encode_buffers().release(keep);
    decode_buffers().release(keep);
}

}  // namespace voxbrick
