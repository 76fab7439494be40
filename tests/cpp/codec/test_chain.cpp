#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "codec/registry.hpp"
#include "support/error_kind.hpp"
#include "support/samples.hpp"

using namespace voxbrick;

namespace {

CodecPtr zarr3(const char* name, const char* configuration = "{}") {
    return make_codec(name, Json::parse(configuration), Dialect::zarr3, 1);
}

CodecPtr wkw(const std::string& name) {
    return make_codec(name, Json::object(), Dialect::wkw, 1);
}

const CodecPtr crc = zarr3("crc32c");
const CodecPtr zstd = zarr3("zstd", R"({"level": 1})");
const CodecPtr gzip = zarr3("gzip", R"({"level": 1})");

bool round_trips(const CodecChain& chain, const Bytes& decoded) {
    Bytes out(decoded.size());
    chain.decode(chain.encode(decoded), out);
    return out == decoded;
}

std::optional<ErrorKind> decode_error(const CodecChain& chain, ByteView encoded, std::size_t size) {
    Bytes out(size);
    return error_kind([&] { chain.decode(encoded, out); });
}

}  // namespace

TEST_CASE("chain: any number of codecs, in any order", "[codec]") {
    const std::vector<CodecChain> chains{
        CodecChain(),
        CodecChain({crc}),
        CodecChain({zstd, crc}),
        CodecChain({crc, zstd}),
        CodecChain({gzip, zstd, crc}),
        CodecChain({crc, crc, gzip, wkw("lz4hc"), crc}),
    };
    for (const CodecChain& chain : chains) {
        for (const Bytes& decoded : {zeros(0), zeros(70000), random_bytes(70000), ramp(70000)}) {
            CAPTURE(chain.codecs().size(), decoded.size());
            CHECK(round_trips(chain, decoded));
            CHECK(chain.encode(decoded).size() <= chain.encoded_bound(decoded.size()));
        }
    }
}

TEST_CASE("chain: without codecs nothing is copied, and the size has to be right", "[codec]") {
    const Bytes bytes = ramp(100);
    CHECK(CodecChain().encode(bytes).data() == bytes.data());
    CHECK(decode_error(CodecChain(), bytes, 99) == ErrorKind::corrupt);
    CHECK(decode_error(CodecChain(), bytes, 101) == ErrorKind::corrupt);
}

TEST_CASE("chain: damage inside is found outside", "[codec]") {
    const CodecChain chain({crc, zstd});
    const ByteView encoded = CodecChain({zstd}).encode(zeros(100));
    CHECK(decode_error(chain, encoded, 96) == ErrorKind::corrupt);
}

TEST_CASE("chain: more than an encoder may make of the block is not decoded", "[codec]") {
    const ByteView bomb = CodecChain({zstd}).encode(zeros(10000000));
    CHECK(decode_error(CodecChain({gzip, zstd}), bomb, 100) == ErrorKind::corrupt);
}

TEST_CASE("chain: implausible sizes are refused before memory is needed", "[codec]") {
    constexpr std::size_t huge = std::size_t{1} << 60;
    const Bytes encoded = zeros(1000);
    for (const CodecPtr& codec : {crc, zstd, gzip, wkw("lz4")}) {
        const CodecChain chain({crc, codec});
        CHECK(error_kind([&] { chain.check_plausible(encoded, huge); }) == ErrorKind::corrupt);
        CHECK_NOTHROW(chain.check_plausible(encoded, 900));
    }
    CHECK(error_kind([&] { CodecChain().check_plausible(encoded, 999); }) == ErrorKind::corrupt);
}

TEST_CASE("chain: one chain serves many threads", "[codec]") {
    const CodecChain chain({gzip, zstd, wkw("lz4hc"), crc});
    std::vector<int> right(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < right.size(); ++i) {
        threads.emplace_back([&, i] {
            for (std::size_t size = 1; size < 200; ++size) right[i] += round_trips(chain, ramp(size * (i + 1)));
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(right == std::vector<int>(4, 199));
}

TEST_CASE("chain: contexts that a parent has used still work in its child", "[codec]") {
    const CodecChain chain({gzip, zstd, wkw("lz4hc"), crc});
    REQUIRE(round_trips(chain, ramp(5000)));
    const pid_t child = fork();
    if (child == 0) _exit(round_trips(chain, ramp(6000)) ? 0 : 1);
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
}
