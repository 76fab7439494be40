// Linux knows three limits: the machine, the affinity mask (taskset, Slurm), the quota (containers).
#ifdef __linux__

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

#include "exec/cores.hpp"

namespace voxbrick {
namespace {

std::optional<std::size_t> smaller(std::optional<std::size_t> a, std::optional<std::size_t> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

std::optional<std::size_t> cores_of_quota(double quota, double period) {
    if (!(quota > 0) || !(period > 0)) return std::nullopt;  // v1 says -1 for "no limit"
    const double cores = quota / period;
    if (cores >= 1e6) return std::nullopt;
    const auto whole = static_cast<std::size_t>(cores);
    return std::max<std::size_t>(1, whole + (static_cast<double>(whole) < cores ? 1 : 0));
}

std::optional<double> number_in(const std::string& path) {
    double number = 0;
    if (std::ifstream(path) >> number) return number;
    return std::nullopt;
}

// "max 100000" or "150000 100000"; the word leaves the stream failed.
std::optional<std::size_t> quota_v2(const std::string& folder) {
    double quota = 0;
    double period = 0;
    if (std::ifstream(folder + "/cpu.max") >> quota >> period) return cores_of_quota(quota, period);
    return std::nullopt;
}

std::optional<std::size_t> quota_v1(const std::string& folder) {
    const auto quota = number_in(folder + "/cpu.cfs_quota_us");
    const auto period = number_in(folder + "/cpu.cfs_period_us");
    return quota && period ? cores_of_quota(*quota, *period) : std::nullopt;
}

// Every group above limits those below. In a container the path may be the host's, whose folders are not
// there: then the mount itself is the container's group.
template <class Quota>
std::optional<std::size_t> smallest_quota(const std::string& mount, std::string group, Quota quota) {
    std::optional<std::size_t> cores = quota(mount);
    while (!group.empty() && group != "/") {
        cores = smaller(cores, quota(mount + group));
        group.erase(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
    }
    return cores;
}

bool names_cpu(const std::string& controllers) {
    std::istringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');) {
        if (name == "cpu") return true;
    }
    return false;
}

// A line of /proc/self/cgroup is "number:controllers:group"; v2 has number 0 and no controllers.
std::optional<std::size_t> quota_of_line(const std::string& root, const std::string& line) {
    std::istringstream fields(line);
    std::string number, controllers, group;
    std::getline(fields, number, ':');
    std::getline(fields, controllers, ':');
    std::getline(fields, group);
    const std::string mount = root + "/sys/fs/cgroup";
    if (controllers.empty()) {
        return smaller(smallest_quota(mount, group, quota_v2), smallest_quota(mount + "/unified", group, quota_v2));
    }
    if (!names_cpu(controllers)) return std::nullopt;
    return smaller(smallest_quota(mount + "/cpu", group, quota_v1),
                   smallest_quota(mount + "/" + controllers, group, quota_v1));
}

// The mask may be longer than cpu_set_t on large machines: the kernel says so with an error.
std::optional<std::size_t> affinity_cores() {
    constexpr std::size_t longest_mask = 1 << 20;
    for (std::size_t words = 16; words <= longest_mask; words *= 4) {
        std::vector<unsigned long> mask(words);
        const std::size_t bytes = words * sizeof(unsigned long);
        auto* set = reinterpret_cast<cpu_set_t*>(mask.data());
        if (sched_getaffinity(0, bytes, set) == 0) return static_cast<std::size_t>(CPU_COUNT_S(bytes, set));
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::size_t> cgroup_cores(const std::string& root) {
    std::ifstream groups(root + "/proc/self/cgroup");
    std::optional<std::size_t> cores;
    for (std::string line; std::getline(groups, line);) cores = smaller(cores, quota_of_line(root, line));
    return cores;
}

std::size_t system_cores() {
    const std::size_t machine = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t allowed = std::max<std::size_t>(1, affinity_cores().value_or(machine));
    return smaller(allowed, cgroup_cores("")).value_or(allowed);
}

}  // namespace voxbrick

#endif
