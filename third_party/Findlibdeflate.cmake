# libdeflate as libdeflate::libdeflate, static where there is such a library.
voxbrick_find_library(
  libdeflate libdeflate::libdeflate CONFIG libdeflate::libdeflate_shared libdeflate::libdeflate_static
  HEADER libdeflate.h LIBRARY libdeflate.a deflatestatic deflate)
