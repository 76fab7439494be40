// Codecs: bytes in, bytes out.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "voxbrick/base/bytes.hpp"
#include "voxbrick/base/export.hpp"

namespace voxbrick {

/// Whose words a codec's configuration is written in.
enum class Dialect { zarr2, zarr3, n5, wkw, precomputed };

/// One reversible step on bytes: compression, a filter or a checksum. Made once, const, shared by all threads.
class VOXBRICK_API Codec {
  public:
    Codec() = default;
    Codec(const Codec&) = delete;
    Codec& operator=(const Codec&) = delete;
    virtual ~Codec() = default;

    /// As in the Zarr v3 specification where it has a name.
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;

    /// Its configuration as a JSON object. A codec that `dialect` does not have uses the words of another.
    [[nodiscard]] virtual std::string configuration(Dialect dialect) const;

    /// True if it is there to make bytes fewer.
    [[nodiscard]] virtual bool compresses() const noexcept { return true; }

    /// The most bytes that encoding `decoded_size` bytes can give.
    /// Throws unsupported if the codec cannot take that many.
    [[nodiscard]] virtual std::size_t encoded_bound(std::size_t decoded_size) const = 0;

    /// The most bytes that `encoded_size` bytes can decode to, whatever they are: what keeps a small damaged
    /// file from asking for a huge allocation. May exceed the truth, never falls short of it.
    [[nodiscard]] virtual std::size_t decoded_bound(std::size_t encoded_size) const noexcept = 0;

    /// Encodes `decoded` into `out`, which has at least encoded_bound(decoded.size()) bytes;
    /// returns how many it took.
    virtual std::size_t encode(ByteView decoded, MutableBytes out) const = 0;

    /// Decodes all of `encoded` into `out`; returns how many bytes came out. Throws corrupt for bytes that no encoder
    /// gives (other damage is seen where there is a checksum), if something follows them, or if the result does not
    /// fit; what `out` then holds is undefined. Never reads or writes out of bounds whatever the input.
    virtual std::size_t decode(ByteView encoded, MutableBytes out) const = 0;
};

using CodecPtr = std::shared_ptr<const Codec>;

/// Codecs one after the other; encoding runs from first to last, decoding back. A value; may be empty.
class VOXBRICK_API CodecChain {
  public:
    CodecChain() = default;
    explicit CodecChain(std::vector<CodecPtr> codecs) : codecs_(std::move(codecs)) {}

    [[nodiscard]] bool empty() const noexcept { return codecs_.empty(); }
    [[nodiscard]] const std::vector<CodecPtr>& codecs() const noexcept { return codecs_; }
    /// True if one of them compresses.
    [[nodiscard]] bool compresses() const noexcept;
    [[nodiscard]] std::size_t encoded_bound(std::size_t decoded_size) const;

    /// Encodes into scratch memory of the calling thread; the result is valid until its next encode,
    /// unless it is `Kept`. An empty chain returns `decoded` itself.
    [[nodiscard]] ByteView encode(ByteView decoded) const;

    /// Decodes `encoded` into exactly `out`. Throws corrupt if the size that comes out differs.
    void decode(ByteView encoded, MutableBytes out) const;

    /// Throws corrupt if `encoded` cannot possibly decode to `expected` bytes, judged by its length. To be
    /// asked before memory for them is allocated.
    void check_plausible(ByteView encoded, std::size_t expected) const;

    /// While one lives, the calling thread encodes into other scratch memory: what `encode` returned last stays.
    class Kept {
      public:
        Kept();
        Kept(const Kept&) = delete;
        Kept& operator=(const Kept&) = delete;
        ~Kept();
    };

    /// Frees what scratch memory of the calling thread is larger than `keep` bytes, and what encode returned with it.
    static void release_scratch(std::size_t keep);

  private:
    std::vector<CodecPtr> codecs_;
};

}  // namespace voxbrick
