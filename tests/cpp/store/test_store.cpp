// What every store promises, asked of each.
#include <catch2/catch.hpp>
#include <thread>

#include "support/error_kind.hpp"
#include "support/store_text.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/store/store.hpp"

using namespace voxbrick;

namespace {

using Keys = std::vector<std::string>;

struct InMemory {
    std::shared_ptr<Store> store = make_memory_store();
};

struct OnDisk {
    TemporaryFolder folder;
    std::shared_ptr<Store> store = open_filesystem_store(folder.string(), true);
};

}  // namespace

#define STORE_TEST(name) TEMPLATE_TEST_CASE("store: " name, "[store]", InMemory, OnDisk)

STORE_TEST("what is absent is null and nothing else") {
    const TestType place;
    Store& store = *place.store;
    CHECK(store.open("c/0/0") == nullptr);
    CHECK(store.version("c/0/0") == std::nullopt);
    CHECK(store.list().empty());
    CHECK(read_text(store, "zarr.json", 10) == std::nullopt);
    CHECK(error_kind([&] { (void)store.open_mutable("a"); }) == ErrorKind::not_found);
    CHECK_NOTHROW(store.remove("c/0/0", false));
}

STORE_TEST("replace makes objects and replaces them") {
    const TestType place;
    Store& store = *place.store;
    const bool durable = GENERATE(false, true);
    put_text(store, "a/b/c", "one", durable);
    CHECK(text_of(store, "a/b/c") == "one");
    put_text(store, "a/b/c", "", durable);
    CHECK(text_of(store, "a/b/c").empty());
    CHECK(store.list() == Keys{"a/b/c"});
}

STORE_TEST("a writer takes many small and some large pieces in their order") {
    const TestType place;
    Store& store = *place.store;
    const std::string small(30'000, 's');
    const std::string large(3'000'000, 'l');
    std::string expected;
    store.replace("key", false, [&](BlobWriter& writer) {
        for (int i = 0; i < 100; ++i) {
            const std::string& piece = i % 40 == 39 ? large : small;
            writer.append(bytes_of(piece));
            expected += piece;
        }
    });
    CHECK(text_of(store, "key") == expected);
}

STORE_TEST("a writer leaves holes that read as zero") {
    const TestType place;
    Store& store = *place.store;
    store.replace("key", false, [](BlobWriter& writer) {
        writer.append_zeros(3);
        writer.append(bytes_of("head"));
        writer.append_zeros(2'000'000);
        writer.append_zeros(0);
        writer.append(bytes_of("tail"));
        writer.append_zeros(5);
    });
    const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
    CHECK(text_of(store, "key") == zeros(3) + "head" + zeros(2'000'000) + "tail" + zeros(5));
}

STORE_TEST("a writer copies from other objects, of its own kind or not") {
    const TestType place;
    Store& store = *place.store;
    const auto other = make_memory_store();
    std::string text;
    for (int i = 0; text.size() < 5'000'000; ++i) text += std::to_string(i);
    put_text(store, "source", text);
    put_text(*other, "source", text);
    const auto source = GENERATE(true, false) ? store.open("source") : other->open("source");
    store.replace("target", false, [&](BlobWriter& writer) {
        writer.append(bytes_of("head"));
        writer.append_from(*source, 7, 100);
        writer.append_from(*source, 1001, 4'000'000);
        writer.append_from(*source, 3, 0);
        writer.append(bytes_of("tail"));
    });
    CHECK(text_of(store, "target") == "head" + text.substr(7, 100) + text.substr(1001, 4'000'000) + "tail");
}

STORE_TEST("copying more than the source has leaves the old version") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "old");
    const std::uint64_t wanted = GENERATE(5, 5'000'000);
    CHECK(error_kind([&] {
              const auto source = store.open("key");
              store.replace("key", false, [&](BlobWriter& writer) { writer.append_from(*source, 0, wanted); });
          }) == ErrorKind::corrupt);
    CHECK(text_of(store, "key") == "old");
}

STORE_TEST("the head of a new version is put in its place last") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "old");
    const auto writer = store.new_version("key", GENERATE(false, true));
    writer->append(bytes_of("????"));
    writer->append(bytes_of("rest"));
    CHECK(text_of(store, "key") == "old");
    writer->commit(bytes_of("head"));
    CHECK(text_of(store, "key") == "headrest");
}

STORE_TEST("a new version that is given up leaves the old one and nothing else") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "old");
    store.new_version("key", false)->append(bytes_of("unfinished"));
    store.new_version("new", false)->append(bytes_of("unfinished"));
    CHECK(text_of(store, "key") == "old");
    CHECK(store.list() == Keys{"key"});
}

STORE_TEST("a failing replace leaves the old version and nothing else") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "old");
    const std::string key = GENERATE("key", "new");
    CHECK_THROWS_AS(store.replace(key, false,
                                  [&](BlobWriter& writer) {
                                      writer.append(bytes_of("unfinished"));
                                      throw std::runtime_error("no more");
                                  }),
                    std::runtime_error);
    CHECK(text_of(store, "key") == "old");
    CHECK(store.list() == Keys{"key"});
}

STORE_TEST("a blob stays what it was when opened") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "first");
    const auto blob = store.open("key");
    SECTION("while the object is replaced") {
        put_text(store, "key", "second");
    }
    SECTION("while the object is removed") {
        store.remove("key", false);
    }
    std::string text(blob->size(), ' ');
    blob->read_at(0, std::as_writable_bytes(std::span(text)));
    CHECK(text == "first");
    CHECK(store.version("key") != blob->version());
}

STORE_TEST("versions are the same as long as nothing changes") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "text");
    const auto blob = store.open("key");
    CHECK(blob->version() == store.version("key"));
    CHECK(blob->version() == store.open("key")->version());
    put_text(store, "other", "text");
    CHECK(blob->version() != store.version("other"));
    store.open_mutable("key")->write_at(4, bytes_of("longer"));
    CHECK(blob->version() != store.version("key"));
}

STORE_TEST("reading beyond the end is corrupt, never short") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "0123456789");
    const auto blob = store.open("key");
    std::string two(2, ' ');
    const auto out = std::as_writable_bytes(std::span(two));
    blob->read_at(8, out);
    CHECK(two == "89");
    const std::uint64_t offset = GENERATE(as<std::uint64_t>(), 9, 10, 11, std::uint64_t{1} << 62, ~std::uint64_t{0});
    CHECK(error_kind([&] { blob->read_at(offset, out); }) == ErrorKind::corrupt);
    CHECK_NOTHROW(blob->read_at(10, {}));
}

STORE_TEST("objects change in place") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "0123456789");
    const auto blob = store.open_mutable("key");
    blob->write_at(2, bytes_of("ab"));
    blob->write_at(12, bytes_of("z"));
    blob->sync();
    CHECK(blob->close());
    CHECK(text_of(store, "key") == std::string("01ab456789\0\0z", 13));
}

STORE_TEST("list is sorted and remove removes") {
    const TestType place;
    Store& store = *place.store;
    for (const char* key : {"c/1/0", "zarr.json", "c/0", "c/10/1", ".hidden"}) put_text(store, key, "");
    CHECK(store.list() == Keys{".hidden", "c/0", "c/1/0", "c/10/1", "zarr.json"});
    store.remove("c/0", false);
    CHECK(store.list() == Keys{".hidden", "c/1/0", "c/10/1", "zarr.json"});
}

STORE_TEST("read_text refuses what is too long") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "0123456789");
    CHECK(read_text(store, "key", 10) == "0123456789");
    CHECK(error_kind([&] { (void)read_text(store, "key", 9); }) == ErrorKind::invalid_metadata);
}

STORE_TEST("readers see one version or the other") {
    const TestType place;
    Store& store = *place.store;
    const std::string a(200'000, 'a');
    const std::string b(300'000, 'b');
    put_text(store, "key", a);
    std::thread writer([&] {
        for (int i = 0; i < 50; ++i) put_text(store, "key", i % 2 == 0 ? b : a);
    });
    int torn = 0;
    for (int i = 0; i < 100; ++i) {
        const std::string text = text_of(store, "key");
        torn += text != a && text != b;
    }
    writer.join();
    CHECK(torn == 0);
}

STORE_TEST("a new version takes the place of what is expected, and of nothing else") {
    const TestType place;
    Store& store = *place.store;
    const auto commit = [&](std::string_view text, const Expected& expected) {
        return replace_bytes(store, "key", false, bytes_of(text), expected);
    };
    const auto remove = [&](const Expected& expected) { return store.remove("key", false, expected, nullptr); };
    CHECK(commit("first", Expected::exactly(std::nullopt)));
    const auto first = store.version("key");
    CHECK_FALSE(commit("second", Expected::exactly(std::nullopt)));
    CHECK(commit("second", Expected::exactly(first)));
    CHECK_FALSE(commit("third", Expected::exactly(first)));
    CHECK_FALSE(remove(Expected::exactly(first)));
    CHECK(text_of(store, "key") == "second");
    CHECK(commit("third", {}));
    CHECK(remove(Expected::exactly(store.version("key"))));
    CHECK_FALSE(commit("fourth", Expected::exactly(first)));
    CHECK(remove(Expected::exactly(std::nullopt)));
    CHECK(store.list().empty());
}

STORE_TEST("of many who add one to what they read, and commit only if it still is that, none is lost") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "0");
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&store] {
            for (int added = 0; added < 20;) {
                const auto blob = store.open("key");
                std::string text(blob->size(), ' ');
                blob->read_at(0, std::as_writable_bytes(std::span(text)));
                const std::string next = std::to_string(std::stoi(text) + 1);
                added += replace_bytes(store, "key", false, bytes_of(next), Expected::exactly(blob->version()));
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(text_of(store, "key") == "60");
}

STORE_TEST("who has an object open to change it is alone, and is told if it was replaced") {
    const TestType place;
    Store& store = *place.store;
    put_text(store, "key", "0");
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&store] {
            for (int added = 0; added < 20; ++added) {
                const auto blob = store.open_mutable("key");
                blob->write_at(0, bytes_of(std::to_string(std::stoi(text_of(store, "key")) + 1)));
                if (!blob->close()) std::abort();
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(text_of(store, "key") == "60");
    const auto blob = store.open_mutable("key");
    const bool removed = GENERATE(true, false);
    removed ? store.remove("key", false) : put_text(store, "key", "new");
    blob->write_at(0, bytes_of("lost"));
    CHECK_FALSE(blob->close());
}

TEST_CASE("a token of a version may have as many bytes as fit", "[store]") {
    const std::string token(BlobVersion::longest, 't');
    CHECK(BlobVersion(bytes_of(token)) == BlobVersion(bytes_of(token)));
    CHECK(BlobVersion(bytes_of(token)) != BlobVersion(bytes_of(token.substr(1))));
    CHECK(error_kind([&] { (void)BlobVersion(bytes_of(token + "t")); }) == ErrorKind::invalid_argument);
}
