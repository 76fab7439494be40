# voxbrick_require(<package> <how to get it>): find_package, or a message that says what to install.
#
# Packages that bring no CMake configuration of their own are found by the modules next to this file.
macro(voxbrick_require package remedy)
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "voxbrick needs ${package}. Install it with:\n  ${remedy}")
  endif()
endmacro()
