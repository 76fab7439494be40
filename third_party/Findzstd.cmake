# Zstandard as zstd::libzstd. The static library of C-Blosc2 holds a newer and faster one than Debian 12 has; the
# declarations are then from the system's header, whose older interface it keeps.
if(Blosc2_HOLDS_COMPRESSORS)
  set(zstd_code ALSO Blosc2::blosc2)
endif()
voxbrick_find_library(zstd zstd::libzstd CONFIG zstd::libzstd_shared zstd::libzstd_static HEADER zstd.h LIBRARY zstd
                      ${zstd_code})
