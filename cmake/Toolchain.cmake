# Compiler flags, ccache and the linker: everything that is the same for every target.
include(CheckIPOSupported)

add_library(lade_flags INTERFACE)
target_compile_options(lade_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer)
# GCC 12 sees overlaps in "literal" + std::string that are not there (its bug 105651)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(lade_flags INTERFACE -Wno-restrict)
endif()
# where several files are compiled as one, each but the first looks like a header to GCC, and the
# names of one are seen in the next, which Clang takes for shadowed
if(CMAKE_UNITY_BUILD)
  target_compile_options(lade_flags INTERFACE
    $<IF:$<CXX_COMPILER_ID:GNU>,-Wno-subobject-linkage,-Wno-shadow>)
endif()
target_include_directories(lade_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(lade_flags INTERFACE _FILE_OFFSET_BITS=64 _GNU_SOURCE)
# fortify needs optimisation; the sanitizers bring their own checks
if(NOT LADE_SANITIZE)
  target_compile_definitions(lade_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
target_compile_options(lade_flags INTERFACE $<$<CONFIG:Release>:-fstack-protector-strong>)

if(LADE_SANITIZE)
  # A target may ask to be left out: memory that the rest misuses is watched all the same, and tests
  # compile in less than half the time. Not of threads: what synchronises them must be seen.
  set(instruments $<NOT:$<BOOL:$<TARGET_PROPERTY:LADE_UNINSTRUMENTED>>>)
  if(LADE_SANITIZE MATCHES thread)
    set(instruments 1)
  endif()
  target_compile_options(lade_flags INTERFACE
    $<${instruments}:-fsanitize=${LADE_SANITIZE}> $<${instruments}:-fno-sanitize-recover=all>
    $<${instruments}:-g1>)
  add_link_options(-fsanitize=${LADE_SANITIZE})
endif()
if(LADE_FUZZ)
  target_compile_options(lade_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(LADE_CCACHE ccache)
if(LADE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${LADE_CCACHE})
endif()
# without its own record of time stamps a precompiled header stays cacheable
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Xclang -fno-pch-timestamp)
else()
  add_compile_options(-fpch-preprocess)
endif()

find_program(LADE_MOLD mold)
if(LADE_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--as-needed)
