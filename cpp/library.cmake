# voxbrick::voxbrick and its installation: one shared library that shows what the public headers declare
# (base/export.hpp) and nothing else, or, with BUILD_SHARED_LIBS=OFF, a static one whose users need our third parties
# again, which its package finds.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
set(xtensor_header ${CMAKE_CURRENT_SOURCE_DIR}/include/voxbrick/xtensor.hpp)
list(REMOVE_ITEM headers ${xtensor_header})

add_library(voxbrick $<TARGET_OBJECTS:voxbrick_core>)
add_library(voxbrick::voxbrick ALIAS voxbrick)
target_sources(
  voxbrick
  PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers}
  PUBLIC FILE_SET xtensor TYPE HEADERS BASE_DIRS include FILES ${xtensor_header})
target_compile_features(voxbrick PUBLIC cxx_std_20)
if(NOT BUILD_SHARED_LIBS)
  target_compile_definitions(voxbrick INTERFACE VOXBRICK_STATIC)
endif()
list(FILTER third_parties EXCLUDE REGEX "nlohmann_json")  # header only, and not in our headers
target_link_libraries(voxbrick PRIVATE ${third_parties} Threads::Threads)
set_target_properties(
  voxbrick
  PROPERTIES LINKER_LANGUAGE CXX
             VERSION ${PROJECT_VERSION}
             SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
             # The target all_verify_interface_header_sets compiles each header on its own.
             VERIFY_INTERFACE_HEADER_SETS ON
             INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
if(BUILD_SHARED_LIBS AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(exports ${CMAKE_CURRENT_SOURCE_DIR}/exports.map)
  target_link_options(voxbrick PRIVATE LINKER:--version-script=${exports})
  set_target_properties(voxbrick PROPERTIES LINK_DEPENDS ${exports})
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/voxbrick)
set(third_party_folder ${PROJECT_SOURCE_DIR}/third_party)

# What a static library leaves to its users: what was found is found again, what was built here is installed.
set(dependencies)
if(NOT BUILD_SHARED_LIBS)
  foreach(target Threads::Threads ${third_parties})
    get_target_property(is_found ${target} IMPORTED)
    get_target_property(built ${target} ALIASED_TARGET)
    if(is_found)
      string(REGEX REPLACE "::.*" "" package ${target})
      list(APPEND dependencies ${package})
    else()
      install(TARGETS ${built} EXPORT voxbrick)
    endif()
  endforeach()
  list(TRANSFORM dependencies REPLACE "^Blosc2$" "1Blosc2")  # first: the others ask what is in it
  list(SORT dependencies)
  list(TRANSFORM dependencies REPLACE "^1" "")
  install(FILES ${third_party_folder}/require.cmake ${third_party_folder}/FindBlosc2.cmake
                ${third_party_folder}/Findlibdeflate.cmake ${third_party_folder}/Findlz4.cmake
                ${third_party_folder}/Findzstd.cmake DESTINATION ${package_folder}/third_party)
endif()

install(TARGETS voxbrick EXPORT voxbrick FILE_SET HEADERS FILE_SET xtensor)
install(EXPORT voxbrick NAMESPACE voxbrick:: FILE voxbrickTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(voxbrickConfig.cmake.in voxbrickConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(voxbrickConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/voxbrickConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/voxbrickConfigVersion.cmake
        DESTINATION ${package_folder})

if(BUILD_SHARED_LIBS)
  configure_file(voxbrick.pc.in voxbrick.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/voxbrick.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/voxbrick)
install(DIRECTORY ${third_party_folder}/licenses/ DESTINATION ${CMAKE_INSTALL_DATADIR}/licenses/voxbrick)
