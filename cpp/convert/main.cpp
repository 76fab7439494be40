// voxbrick-convert: copies an array into another format or layout, in bounded memory.
#include <exception>
#include <iostream>
#include <voxbrick/base/error.hpp>

#include "copy.hpp"
#include "layout.hpp"
#include "staging.hpp"

namespace {

void convert(const Options& options) {
    const voxbrick::Array source = voxbrick::Array::open(options.source);
    const voxbrick::ArraySpec spec = spec_for(source, options);
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
    return is_misuse(error) ? 2 : 1;
} catch (const std::exception& error) {
    std::cerr << "voxbrick-convert: " << error.what() << '\n';
    return 1;
}
