# voxbrick::voxbrick: one shared library that shows what the public headers declare (base/export.hpp) and nothing else,
# and its installation.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
set(xtensor_header ${CMAKE_CURRENT_SOURCE_DIR}/include/voxbrick/xtensor.hpp)
list(REMOVE_ITEM headers ${xtensor_header})

add_library(voxbrick SHARED $<TARGET_OBJECTS:voxbrick_core>)
add_library(voxbrick::voxbrick ALIAS voxbrick)
target_sources(
  voxbrick
  PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers}
  PUBLIC FILE_SET xtensor TYPE HEADERS BASE_DIRS include FILES ${xtensor_header})
target_compile_features(voxbrick PUBLIC cxx_std_20)
target_link_libraries(voxbrick PRIVATE ${third_parties} Threads::Threads)
set_target_properties(
  voxbrick
  PROPERTIES LINKER_LANGUAGE CXX
             VERSION ${PROJECT_VERSION}
             SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
             # The target all_verify_interface_header_sets compiles each header on its own.
             VERIFY_INTERFACE_HEADER_SETS ON
             INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
  set(exports ${CMAKE_CURRENT_SOURCE_DIR}/exports.map)
  target_link_options(voxbrick PRIVATE LINKER:--version-script=${exports})
  set_target_properties(voxbrick PROPERTIES LINK_DEPENDS ${exports})
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/voxbrick)
install(TARGETS voxbrick EXPORT voxbrick FILE_SET HEADERS FILE_SET xtensor)
install(EXPORT voxbrick NAMESPACE voxbrick:: FILE voxbrickConfig.cmake DESTINATION ${package_folder})
write_basic_package_version_file(voxbrickConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/voxbrickConfigVersion.cmake DESTINATION ${package_folder})
