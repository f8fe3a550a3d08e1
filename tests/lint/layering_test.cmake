# cmake -DTREE=… -P layering_test.cmake
#
# Runs layering.cmake over small trees made below TREE: it must pass the clean one and name what is
# wrong in each of the others.
cmake_minimum_required(VERSION 3.25)

# check(include line, message): what happens if lower/low.cpp has this line; "" for no complaint
function(check line message)
  file(REMOVE_RECURSE ${TREE})
  file(WRITE ${TREE}/layering.txt "lower: \nupper: lower\n")
  file(WRITE ${TREE}/lower/low.h "#pragma once\n#include <string>\n")
  file(WRITE ${TREE}/upper/high.h "#pragma once\n#include \"lower/low.h\"\n")
  file(WRITE ${TREE}/program/main.cpp "#include \"lower/low.h\"\n#include \"upper/high.h\"\n")
  file(WRITE ${TREE}/lower/low.cpp "#include \"lower/low.h\"\n${line}\n")
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DROOT=${TREE} -DLAYERING=${TREE}/layering.txt
            -P ${CMAKE_CURRENT_LIST_DIR}/layering.cmake
    RESULT_VARIABLE result ERROR_VARIABLE errors OUTPUT_QUIET)
  if(message STREQUAL "")
    if(NOT result EQUAL 0)
      message(SEND_ERROR "`${line}` should pass, but: ${errors}")
    endif()
    return()
  endif()
  # CMake wraps what it prints
  string(REGEX REPLACE "[ \n]+" " " errors "${errors}")
  string(FIND "${errors}" "lower/low.cpp ${message}" place)
  if(result EQUAL 0 OR place EQUAL -1)
    message(SEND_ERROR "`${line}` should be refused with `${message}`, but: ${result} ${errors}")
  endif()
endfunction()

check("#include <vector>" "")
check("#include \"upper/high.h\"" "includes upper, which lower does not use")
check("  #  include \"upper/high.h\"" "includes upper, which lower does not use")
check("#include \"../upper/high.h\"" "includes ../upper/high.h, which is not a path from the root")
check("#include <lower/../upper/high.h>" "includes lower/../upper/high.h, which is not a path from the root")
check("#include <upper/high.h>" "includes <upper/high.h>, which is ours")
check("#include \"low.h\"" "includes \"low.h\", which is no file from the root")
check("#include HIGH" "hides what it includes")
file(REMOVE_RECURSE ${TREE})
