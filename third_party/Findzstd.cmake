# Zstandard as zstd::libzstd: the code from the blosc2 wheel, which is newer and faster than Debian's; the
# declarations from the system's header, whose older interface it keeps.
find_package(Blosc2Wheel QUIET)
find_path(zstd_INCLUDE_DIR zstd.h)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(zstd REQUIRED_VARS zstd_INCLUDE_DIR Blosc2Wheel_FOUND)
mark_as_advanced(zstd_INCLUDE_DIR)

if(zstd_FOUND AND NOT TARGET zstd::libzstd)
  add_library(zstd::libzstd INTERFACE IMPORTED)
  target_include_directories(zstd::libzstd INTERFACE ${zstd_INCLUDE_DIR})
  target_link_libraries(zstd::libzstd INTERFACE Blosc2::blosc2_static)
endif()
