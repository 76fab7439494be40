# VOXBRICK_BUNDLE=ON: LZ4, Zstandard, libdeflate, bzip2, liblzma and nlohmann_json from the sources that sources.txt
# pins, as static libraries inside ours. What a host project has defined already stays.
set(VOXBRICK_SOURCES "${PROJECT_BINARY_DIR}/third_party/sources" CACHE PATH
    "Where the archives of sources.txt lie; what is missing is fetched")

find_package(Python COMPONENTS Interpreter QUIET)
execute_process(
  COMMAND ${Python_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/fetch_sources.py ${VOXBRICK_SOURCES}
  RESULT_VARIABLE failed ERROR_VARIABLE reason)
if(failed)
  message(FATAL_ERROR "VOXBRICK_BUNDLE=ON needs its sources: ${reason}")
endif()

set(unpacked ${PROJECT_BINARY_DIR}/third_party/unpacked)
file(GLOB archives ${VOXBRICK_SOURCES}/*)
foreach(archive IN LISTS archives)
  get_filename_component(name ${archive} NAME)
  if(NOT EXISTS ${unpacked}/.${name})
    file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${unpacked})
    file(TOUCH ${unpacked}/.${name})
  endif()
endforeach()

# voxbrick_bundle(<target> <headers> <sources...>): a static library under its usual name.
function(voxbrick_bundle target headers)
  if(TARGET ${target})
    return()
  endif()
  string(MAKE_C_IDENTIFIER "voxbrick_bundled_${target}" name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} SYSTEM INTERFACE $<BUILD_INTERFACE:${headers}> PRIVATE ${headers})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden
                                           COMPILE_WARNING_AS_ERROR OFF)
  add_library(${target} ALIAS ${name})
endfunction()

find_package(Blosc2 QUIET)
set(lz4_INCLUDE_DIR ${unpacked}/lz4-4.4.5/lz4libs)
set(zstd_INCLUDE_DIR ${unpacked}/zstandard-0.25.0/zstd)
if(NOT Blosc2_HOLDS_COMPRESSORS)
  voxbrick_bundle(lz4::lz4 ${lz4_INCLUDE_DIR} ${lz4_INCLUDE_DIR}/lz4.c ${lz4_INCLUDE_DIR}/lz4hc.c)
  voxbrick_bundle(zstd::libzstd ${zstd_INCLUDE_DIR} ${zstd_INCLUDE_DIR}/zstd.c)
endif()

set(libdeflate ${unpacked}/deflate-0.9.0/libdeflate)
file(GLOB sources ${libdeflate}/lib/*.c ${libdeflate}/lib/*/cpu_features.c)
voxbrick_bundle(libdeflate::libdeflate ${libdeflate} ${sources})

set(bzip2 ${unpacked}/bzip2-1.0.8)
foreach(name blocksort bzlib compress crctable decompress huffman randtable)
  list(APPEND bzip2_sources ${bzip2}/${name}.c)
endforeach()
voxbrick_bundle(BZip2::BZip2 ${bzip2} ${bzip2_sources})

if(NOT TARGET LibLZMA::LibLZMA)
  # Its own CMake finds out what the system has. Its programs are left out, which needs no switch but this.
  block()
    set(HAVE_GETOPT_LONG OFF CACHE INTERNAL "")
    set(BUILD_SHARED_LIBS OFF)
    set(BUILD_TESTING OFF)
    set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
    set(CMAKE_POSITION_INDEPENDENT_CODE ON)
    set(CMAKE_C_VISIBILITY_PRESET hidden)
    set(CMAKE_MESSAGE_LOG_LEVEL WARNING)
    add_subdirectory(${unpacked}/xz-5.4.1 ${PROJECT_BINARY_DIR}/third_party/xz EXCLUDE_FROM_ALL SYSTEM)
  endblock()
  target_include_directories(liblzma INTERFACE $<BUILD_INTERFACE:${unpacked}/xz-5.4.1/src/liblzma/api>)
  add_library(LibLZMA::LibLZMA ALIAS liblzma)
endif()

if(NOT TARGET nlohmann_json::nlohmann_json)
  add_library(nlohmann_json::nlohmann_json INTERFACE IMPORTED GLOBAL)
  target_include_directories(nlohmann_json::nlohmann_json INTERFACE ${unpacked}/nlohmann_json/include)
endif()
