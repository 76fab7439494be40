// JSON as others write it: what is read is written so that it is read as the same.
#include "base/json.hpp"

#include "target.hpp"

using namespace voxbrick;

FUZZ_TARGET(json) {
    fuzz::accepts({ErrorKind::invalid_metadata}, [&] {
        const auto document = parse_json<OrderedJson>(fuzz::text_of(input), "input");
        const std::string text = json_text(document);
        fuzz::require(parse_json<OrderedJson>(text, "text") == document, "another document comes back");
        fuzz::accepts({ErrorKind::invalid_metadata},
                      [&] { refuse_odd_numbers(parse_json(text, "text"), "attributes", "text"); });
    });
}
