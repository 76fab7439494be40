#include <catch2/catch.hpp>

#include "exec/cores.hpp"
#include "support/scoped.hpp"
#include "support/temporary_folder.hpp"
#include "voxbrick/exec/thread_pool.hpp"

using namespace voxbrick;

TEST_CASE("thread count: the program's number of threads comes first, then the environment's", "[exec]") {
    const Variable environment("VOXBRICK_NUM_THREADS", "3");
    const ThreadCount afresh(0);
    CHECK(thread_count() == 3);
    set_thread_count(5);
    CHECK(thread_count() == 5);
    set_thread_count(0);
    CHECK(thread_count() == 3);
}

TEST_CASE("thread count: nonsense in the environment is ignored", "[exec]") {
    const Variable environment("VOXBRICK_NUM_THREADS", GENERATE(as<const char*>(), nullptr, "", "0", "-2", "four", "4 ",
                                                                "4.5", "99999999999999999999999"));
    const ThreadCount afresh(0);
    CHECK(thread_count() == available_cores());
}

TEST_CASE("thread count: a number beyond all reason is cut", "[exec]") {
    const ThreadCount threads(1'000'000'000);
    CHECK(thread_count() == 1024);
}

TEST_CASE("thread count: Slurm may give fewer cores than there are, not more", "[exec]") {
    const Variable none("SLURM_CPUS_PER_TASK", nullptr);
    const std::size_t cores = available_cores();
    REQUIRE(cores >= 1);
    {
        const Variable one("SLURM_CPUS_PER_TASK", "1");
        CHECK(available_cores() == 1);
    }
    const Variable many("SLURM_CPUS_PER_TASK", "4000");
    CHECK(available_cores() == cores);
}

#ifdef __linux__

namespace {

struct Quota {
    const char* what;
    const char* groups;  // /proc/self/cgroup
    std::vector<std::pair<const char*, const char*>> files;
    std::optional<std::size_t> cores;
};

const std::vector<Quota> quotas{
    {"no groups", "", {}, {}},
    {"v2 without a limit", "0::/\n", {{"cpu.max", "max 100000\n"}}, {}},
    {"v2, whole cores", "0::/\n", {{"cpu.max", "200000 100000\n"}}, 2},
    {"v2, rounded up", "0::/\n", {{"cpu.max", "150000 100000\n"}}, 2},
    {"v2, less than one", "0::/\n", {{"cpu.max", "1000 100000\n"}}, 1},
    {"v2, own group", "0::/a/b\n", {{"a/b/cpu.max", "300000 100000\n"}}, 3},
    {"v2, a group above", "0::/a/b\n", {{"a/b/cpu.max", "300000 100000\n"}, {"a/cpu.max", "100000 100000\n"}}, 1},
    {"v2, the host's path in a container", "0::/docker/123\n", {{"cpu.max", "400000 100000\n"}}, 4},
    {"v2, nonsense", "0::/\n", {{"cpu.max", "many 0\n"}}, {}},
    {"v2, no period", "0::/\n", {{"cpu.max", "100000 0\n"}}, {}},
    {"v1 without a limit",
     "3:cpu,cpuacct:/\n",
     {{"cpu/cpu.cfs_quota_us", "-1\n"}, {"cpu/cpu.cfs_period_us", "100000\n"}},
     {}},
    {"v1",
     "7:memory:/a\n3:cpu,cpuacct:/a\n",
     {{"cpu,cpuacct/a/cpu.cfs_quota_us", "250000\n"}, {"cpu,cpuacct/a/cpu.cfs_period_us", "100000\n"}},
     3},
    {"v1, another controller's group",
     "3:cpuacct:/a\n",
     {{"cpu/a/cpu.cfs_quota_us", "250000\n"}, {"cpu/a/cpu.cfs_period_us", "100000\n"}},
     {}},
    {"both",
     "3:cpu:/\n0::/\n",
     {{"cpu/cpu.cfs_quota_us", "500000\n"},
      {"cpu/cpu.cfs_period_us", "100000\n"},
      {"unified/cpu.max", "200000 100000\n"}},
     2},
};

}  // namespace

TEST_CASE("thread count: the quota of control groups is found", "[exec]") {
    for (const Quota& quota : quotas) {
        INFO(quota.what);
        const TemporaryFolder root;
        root.put("proc/self/cgroup", quota.groups);
        for (const auto& [name, text] : quota.files) root.put(std::string("sys/fs/cgroup/") + name, text);
        CHECK(cgroup_cores(root.string()) == quota.cores);
    }
}

#endif
