# The libraries Lade stands on, each as package::NAME. What starts slowly as a shared object, or
# drags others in, is linked statically where Debian ships the archive: start-up time is part of
# the product (docs/design.md, "Start-up").
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# package(name HEADER file LIBRARIES lib…): the first library's static archive if there is one
function(package name)
  cmake_parse_arguments(ARG "" "HEADER" "LIBRARIES" ${ARGN})
  find_path(LADE_${name}_INCLUDE ${ARG_HEADER} REQUIRED)
  add_library(package_${name} INTERFACE)
  add_library(package::${name} ALIAS package_${name})
  target_include_directories(package_${name} SYSTEM INTERFACE ${LADE_${name}_INCLUDE})
  foreach(library ${ARG_LIBRARIES})
    find_library(LADE_LIB_${library} NAMES lib${library}.a ${library} REQUIRED)
    add_library(library_${library}_of_${name} UNKNOWN IMPORTED)
    set_target_properties(library_${library}_of_${name} PROPERTIES
      IMPORTED_LOCATION ${LADE_LIB_${library}})
    target_link_libraries(package_${name} INTERFACE library_${library}_of_${name})
  endforeach()
endfunction()

package(crypto HEADER openssl/evp.h LIBRARIES crypto)
package(json HEADER nlohmann/json.hpp)
package(fmt HEADER fmt/core.h)
package(zstd HEADER zstd.h LIBRARIES zstd)
package(isal HEADER isa-l.h LIBRARIES isal)
package(deflate HEADER libdeflate.h LIBRARIES deflate)
package(lzma HEADER lzma.h LIBRARIES lzma)
package(bz2 HEADER bzlib.h LIBRARIES bz2)
package(archive HEADER archive.h LIBRARIES archive lzma bz2 z lz4 zstd acl nettle crypto)
package(sqlite HEADER sqlite3.h LIBRARIES sqlite3)
package(seccomp HEADER seccomp.h LIBRARIES seccomp)
package(toml HEADER toml++/toml.h)
package(yaml HEADER yaml-cpp/yaml.h LIBRARIES yaml-cpp)
package(cli11 HEADER CLI/CLI.hpp)
# libcurl is loaded when the first byte goes over the network, so only its headers are used here
package(curl HEADER curl/curl.h)
add_library(package_threads INTERFACE)
add_library(package::threads ALIAS package_threads)
target_link_libraries(package_threads INTERFACE Threads::Threads)
target_link_libraries(package_crypto INTERFACE Threads::Threads)
target_link_libraries(package_sqlite INTERFACE Threads::Threads)
