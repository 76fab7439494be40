# LZ4 as lz4::lz4. The static library of C-Blosc2 holds a newer and faster one than Debian 12 has; the declarations are
# then from the system's header, whose older interface it keeps.
if(Blosc2_HOLDS_COMPRESSORS)
  set(lz4_code ALSO Blosc2::blosc2)
endif()
voxbrick_find_library(lz4 lz4::lz4 CONFIG LZ4::lz4_shared LZ4::lz4_static LZ4::lz4 HEADER lz4.h LIBRARY lz4 ${lz4_code})
