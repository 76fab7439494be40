// usage: fuzz_replay TARGET FOLDER    gives each file of the folder to the target, without a fuzzer
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "target.hpp"
#include "voxbrick/exec/thread_pool.hpp"

namespace {

void replay(const fuzz::Target& target, const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
    try {
        target.run(std::as_bytes(std::span(content)));
    } catch (const std::exception& error) {
        throw std::runtime_error(path.string() + ": " + error.what());
    }
}

const fuzz::Target& target_named(std::string_view name) {
    for (const fuzz::Target& target : fuzz::targets())
        if (target.name == name) return target;
    throw std::runtime_error("there is no target " + std::string(name));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 3) throw std::runtime_error("usage: fuzz_replay TARGET FOLDER");
        voxbrick::set_thread_count(1);
        const fuzz::Target& target = target_named(argv[1]);
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(argv[2])) {
            replay(target, entry.path());
            ++count;
        }
        if (count == 0) throw std::runtime_error(std::string(argv[2]) + " is empty");
        std::cout << argv[1] << ": " << count << " inputs\n";
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
