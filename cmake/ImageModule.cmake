# image_module(folder USES module… PACKAGES package…)
#
# One folder, one target, one line. The line links the target and is recorded in
# ${CMAKE_BINARY_DIR}/layering.txt, against which tests/lint/layering.cmake holds every #include.
# The target of libimage/stream is libimage_stream; USES names folders, PACKAGES the targets of
# Packages.cmake without their prefix.
function(image_module folder)
  cmake_parse_arguments(ARG "" "" "USES;PACKAGES" ${ARGN})
  string(REPLACE "/" "_" target ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.h)
  add_library(${target} STATIC ${sources} ${headers})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  if(NOT sources)
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
  endif()
  target_link_libraries(${target} PUBLIC lade_flags)
  foreach(used ${ARG_USES})
    string(REPLACE "/" "_" used_target ${used})
    target_link_libraries(${target} PUBLIC ${used_target})
  endforeach()
  foreach(package ${ARG_PACKAGES})
    target_link_libraries(${target} PUBLIC package::${package})
  endforeach()
  string(REPLACE ";" " " uses "${ARG_USES}")
  set_property(GLOBAL APPEND PROPERTY LADE_LAYERING "${folder}: ${uses}")
endfunction()

# Writes the recorded lines for the layering lint.
function(image_modules_finish)
  get_property(lines GLOBAL PROPERTY LADE_LAYERING)
  list(JOIN lines "\n" text)
  file(WRITE ${CMAKE_BINARY_DIR}/layering.txt "${text}\n")
endfunction()
