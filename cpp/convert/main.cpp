// voxbrick-convert: copies an array into another format or layout, in bounded memory.
#include <csignal>
#include <exception>
#include <iostream>
#include <voxbrick/base/error.hpp>
#include <voxbrick/exec/thread_pool.hpp>

#include "copy.hpp"
#include "layout.hpp"
#include "staging.hpp"

namespace {

volatile std::sig_atomic_t stopped_by = 0;

// The engine stops at the next block, and what was begun is cleaned up.
void stop_on_signals() {
    for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int number) { stopped_by = number; });
    voxbrick::set_interrupt_check([] { return stopped_by != 0; });
}

void convert(const Options& options) {
    stop_on_signals();
    const voxbrick::Array source = voxbrick::Array::open(options.source);
    const voxbrick::ArraySpec spec = spec_for(source, options);
    for (const std::string& loss : losses(source.meta(), spec)) std::cerr << "voxbrick-convert: " << loss << '\n';
    Staging staging(options.source, options.target, options.overwrite);
    voxbrick::Array target = voxbrick::Array::create(staging.folder().string(), spec);
    copy(source, target, options.memory, options.verify);
    staging.commit();
}

bool is_misuse(const voxbrick::Error& error) {
    return error.kind() == voxbrick::ErrorKind::invalid_argument;
}

}  // namespace

int main(int argc, char** argv) try {
    const Options options = parse_options(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (options.help)
        std::cout << usage;
    else
        convert(options);
    return 0;
} catch (const voxbrick::Error& error) {
    std::cerr << "voxbrick-convert: " << error.what() << '\n';
    if (stopped_by != 0) return 128 + stopped_by;  // as the shell has it
    return is_misuse(error) ? 2 : 1;
} catch (const std::exception& error) {
    std::cerr << "voxbrick-convert: " << error.what() << '\n';
    return 1;
}
