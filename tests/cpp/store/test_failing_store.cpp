// The failing store, which other tests lean on.
#include <catch2/catch.hpp>

#include "support/error_kind.hpp"
#include "support/failing_store.hpp"
#include "support/store_text.hpp"

using namespace voxbrick;

TEST_CASE("failing store: the nth of the named steps fails, once", "[store]") {
    FailingStore store(make_memory_store());
    put_text(store, "key", "old");
    store.plan().fail(GENERATE(Step::append, Step::commit), 2);
    CHECK_NOTHROW(put_text(store, "other", ""));
    CHECK_FALSE(store.plan().has_failed());
    CHECK(error_kind([&] { put_text(store, "key", "new"); }) == ErrorKind::io);
    CHECK(store.plan().has_failed());
    CHECK(text_of(store, "key") == "old");
    CHECK_NOTHROW(put_text(store, "key", "new"));
}
