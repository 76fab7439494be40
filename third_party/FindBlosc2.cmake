# C-Blosc2 as Blosc2::blosc2: its CMake configuration (conda-forge, vcpkg, newer Debians), or the static library in the
# PyPI wheel `blosc2`. Where that library holds LZ4 and Zstandard too, Blosc2_HOLDS_COMPRESSORS is true.
#
# Looked for in CMAKE_PREFIX_PATH (where scikit-build-core lists its build requirements) and Blosc2_ROOT,
# then in the checkout's .venv and in the Python that CMake finds (an active virtual environment first).
# Point at another one with -DBlosc2_ROOT=<...>/site-packages/blosc2.
if(NOT TARGET Blosc2::blosc2_static AND NOT TARGET Blosc2::blosc2_shared)
  find_package(Blosc2 CONFIG QUIET)
  if(NOT Blosc2_FOUND)
    find_program(blosc2_python python3 python PATHS ${PROJECT_SOURCE_DIR}/.venv/bin ${PROJECT_SOURCE_DIR}/.venv/Scripts
                 NO_DEFAULT_PATH NO_CACHE)
    if(NOT blosc2_python)
      find_package(Python COMPONENTS Interpreter QUIET)
      set(blosc2_python ${Python_EXECUTABLE})
    endif()
    # find_spec finds the package without running it.
    execute_process(
      COMMAND ${blosc2_python} -c "from importlib.util import find_spec; print(find_spec('blosc2').submodule_search_locations[0])"
      OUTPUT_VARIABLE blosc2_folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    find_package(Blosc2 CONFIG QUIET PATHS "${blosc2_folder}" NO_DEFAULT_PATH)
  endif()
endif()

set(Blosc2_FOUND FALSE)
set(Blosc2_HOLDS_COMPRESSORS FALSE)
foreach(blosc2_target Blosc2::blosc2_static Blosc2::blosc2_shared)
  if(NOT Blosc2_FOUND AND TARGET ${blosc2_target})
    set(Blosc2_FOUND TRUE)
    if(blosc2_target STREQUAL Blosc2::blosc2_static AND LZ4_FETCHED AND ZSTD_FETCHED)
      set(Blosc2_HOLDS_COMPRESSORS TRUE)
    endif()
    if(NOT TARGET Blosc2::blosc2)
      add_library(Blosc2::blosc2 INTERFACE IMPORTED GLOBAL)
      target_link_libraries(Blosc2::blosc2 INTERFACE ${blosc2_target})
    endif()
  endif()
endforeach()
