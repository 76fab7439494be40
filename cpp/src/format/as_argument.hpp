// Metadata that a caller asks for, rather than metadata that was found, is an argument.
#pragma once

#include "voxbrick/base/error.hpp"

namespace voxbrick {

/// The result of `parse()`, whose invalid_metadata becomes invalid_argument.
template <class Parse>
auto as_argument(const Parse& parse) {
    try {
        return parse();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid_metadata) throw;
        throw Error(ErrorKind::invalid_argument, error.what());
    }
}

}  // namespace voxbrick
