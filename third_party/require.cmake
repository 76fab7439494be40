# voxbrick_require(<package> <target> <remedy>): makes the target known, or says in one sentence how to get it.
#
# A target that a host project or VOXBRICK_BUNDLE has made is taken as it is. Otherwise find_package looks for it, with
# any further arguments; packages that bring no CMake configuration are found by the modules next to this file.
macro(voxbrick_require package target remedy)
  if(NOT TARGET ${target})
    find_package(${package} QUIET ${ARGN})
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "voxbrick needs ${package}. Install it with:\n  ${remedy}\n"
                        "or let VOXBRICK_BUNDLE=ON build what can be built from sources.")
  endif()
endmacro()

# voxbrick_find_library(<package> <target> CONFIG <targets...> HEADER <header> LIBRARY <names...> [ALSO <target>])
#
# For find modules. The package's own CMake configuration comes first (conda-forge, vcpkg): the target becomes another
# name for the first of those that it defines; shared ones first, since Debian's static ones are not
# position-independent. Then the header and the library of the system, or, in place of the library, the target `ALSO`
# that holds the same code.
function(voxbrick_find_library package target)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "HEADER;ALSO" "CONFIG;LIBRARY")
  if(NOT arg_ALSO)
    find_package(${package} CONFIG QUIET)
    foreach(candidate IN LISTS arg_CONFIG)
      if(NOT TARGET ${target} AND TARGET ${candidate})
        add_library(${target} INTERFACE IMPORTED GLOBAL)
        target_link_libraries(${target} INTERFACE ${candidate})
      endif()
    endforeach()
  endif()
  if(NOT TARGET ${target})
    find_path(${package}_INCLUDE_DIR ${arg_HEADER})
    set(code ${arg_ALSO})
    if(NOT arg_ALSO)
      find_library(${package}_LIBRARY NAMES ${arg_LIBRARY})
      set(code ${${package}_LIBRARY})
    endif()
    mark_as_advanced(${package}_INCLUDE_DIR ${package}_LIBRARY)
    if(${package}_INCLUDE_DIR AND code)
      add_library(${target} INTERFACE IMPORTED GLOBAL)
      target_include_directories(${target} INTERFACE ${${package}_INCLUDE_DIR})
      target_link_libraries(${target} INTERFACE ${code})
    endif()
  endif()
  if(TARGET ${target})
    set(${package}_FOUND TRUE PARENT_SCOPE)
  endif()
endfunction()
