# LZ4 as lz4::lz4: the code from the blosc2 wheel, which is newer and faster than Debian's; the
# declarations from the system's header, whose older interface it keeps.
find_package(Blosc2Wheel QUIET)
find_path(lz4_INCLUDE_DIR lz4.h)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(lz4 REQUIRED_VARS lz4_INCLUDE_DIR Blosc2Wheel_FOUND)
mark_as_advanced(lz4_INCLUDE_DIR)

if(lz4_FOUND AND NOT TARGET lz4::lz4)
  add_library(lz4::lz4 INTERFACE IMPORTED)
  target_include_directories(lz4::lz4 INTERFACE ${lz4_INCLUDE_DIR})
  target_link_libraries(lz4::lz4 INTERFACE Blosc2::blosc2_static)
endif()
