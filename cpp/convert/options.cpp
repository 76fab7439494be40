#include "options.hpp"

#include <charconv>
#include <string_view>
#include <vector>
#include <voxbrick/base/error.hpp>

using voxbrick::ErrorKind;
using voxbrick::fail;
using voxbrick::Index;

const char* const usage =
    "usage: voxbrick-convert [options] SOURCE TARGET\n"
    "\n"
    "Copies the array in the folder SOURCE into a new array in the folder TARGET, which appears when it is complete.\n"
    "It keeps type, axes and fill value, and says what it drops: attributes are not copied.\n"
    "\n"
    "  --format FORMAT        wkw, zarr3 (default) or zarr (version 2)\n"
    "  --chunk-shape X,Y,Z    what is read and compressed at once; one number stands for three of itself\n"
    "  --shard-shape X,Y,Z    what one file holds, a multiple of the chunk shape\n"
    "  --raw                  without compression\n"
    "  --verify               read everything again and compare\n"
    "  --overwrite            replace the array in TARGET\n"
    "  --memory SIZE          of voxels to hold at once, as 512M (default) or 4G; at least a chunk is\n"
    "  --help                 show this\n";

namespace {

std::int64_t parse_number(std::string_view text, std::string_view option) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1)
        fail(ErrorKind::invalid_argument, option, " wants positive whole numbers, not '", text, "'");
    return number;
}

Index parse_shape(std::string_view text, std::string_view option) {
    std::vector<std::int64_t> numbers;
    while (true) {
        const std::size_t comma = text.find(',');
        numbers.push_back(parse_number(text.substr(0, comma), option));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return numbers.size() == 1 ? Index::filled(3, numbers[0]) : Index(numbers);
}

std::size_t parse_size(std::string_view text, std::string_view option) {
    int shift = 0;
    const std::size_t unit = std::string_view("KMGT").find(text.empty() ? '?' : text.back());
    if (unit != std::string_view::npos) {
        shift = 10 * (static_cast<int>(unit) + 1);
        text.remove_suffix(1);
    }
    const std::int64_t number = parse_number(text, option);
    if (number > voxbrick::largest_coordinate >> shift) fail(ErrorKind::invalid_argument, option, " is too large");
    return static_cast<std::size_t>(number) << shift;
}

// Takes the arguments one after the other.
class Parser {
  public:
    explicit Parser(std::span<char*> arguments) : rest_(arguments) {}

    Options parse() {
        while (!rest_.empty()) take(next());
        if (!options_.help && options_.target.empty())
            fail(ErrorKind::invalid_argument, "SOURCE and TARGET are missing; see --help");
        return options_;
    }

  private:
    std::string_view next() {
        const std::string_view argument = rest_.front();
        rest_ = rest_.subspan(1);
        return argument;
    }

    std::string_view value_of(std::string_view option) {
        if (rest_.empty()) fail(ErrorKind::invalid_argument, option, " wants a value; see --help");
        return next();
    }

    void take(std::string_view argument) {
        if (argument == "--help" || argument == "-h")
            options_.help = true;
        else if (argument == "--raw")
            options_.compress = false;
        else if (argument == "--verify")
            options_.verify = true;
        else if (argument == "--overwrite")
            options_.overwrite = true;
        else if (argument == "--format")
            options_.format = value_of(argument);
        else if (argument == "--chunk-shape")
            options_.chunk_shape = parse_shape(value_of(argument), argument);
        else if (argument == "--shard-shape")
            options_.shard_shape = parse_shape(value_of(argument), argument);
        else if (argument == "--memory")
            options_.memory = parse_size(value_of(argument), argument);
        else
            take_folder(argument);
    }

    void take_folder(std::string_view argument) {
        if (argument.starts_with("-") || !options_.target.empty() || argument.empty())
            fail(ErrorKind::invalid_argument, "unexpected argument '", argument, "'; see --help");
        (options_.source.empty() ? options_.source : options_.target) = argument;
    }

    std::span<char*> rest_;
    Options options_;
};

}  // namespace

Options parse_options(std::span<char*> arguments) {
    return Parser(arguments).parse();
}
