# cmake -DNM=... -DLIBRARY=... -DHEADERS=... -P exports.cmake
#
# What the shared library shows is what the public headers mark with VOXBRICK_API: each symbol is in namespace voxbrick, and
# the first name in that is one the headers declare so.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${NM} -DC --defined-only ${LIBRARY} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" symbols "${symbols}")

set(declared)
file(GLOB_RECURSE headers ${HEADERS}/*.hpp)
foreach(header IN LISTS headers)
  file(READ ${header} text)
  string(REGEX MATCHALL "(class|struct) VOXBRICK_API [A-Za-z]+" classes "${text}")
  string(REGEX MATCHALL "VOXBRICK_API [^(;{]*[ *&][a-z0-9_]+\\(" functions "${text}")
  if(text MATCHES "VOXBRICK_API std::ostream& operator<<")
    list(APPEND declared "operator<<")
  endif()
  foreach(declaration IN LISTS classes functions)
    string(REGEX REPLACE ".*[ *&]([A-Za-z0-9_]+)\\(?$" "\\1" name "${declaration}")
    list(APPEND declared ${name})
  endforeach()
endforeach()

set(count 0)
foreach(symbol IN LISTS symbols)
  if(NOT symbol MATCHES "^[0-9a-f]* +[A-Za-z] (vtable for |typeinfo for |typeinfo name for )?voxbrick::(operator<<|[A-Za-z0-9_]+)")
    message(SEND_ERROR "not of namespace voxbrick: ${symbol}")
  elseif(NOT CMAKE_MATCH_2 IN_LIST declared)
    message(SEND_ERROR "not declared by a public header: ${symbol}")
  endif()
  math(EXPR count "${count} + 1")
endforeach()
if(count EQUAL 0)
  message(SEND_ERROR "${LIBRARY} shows nothing")
endif()
message(STATUS "${count} symbols are shown")
