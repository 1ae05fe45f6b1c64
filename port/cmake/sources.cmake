# What rill consists of, for all builds that speak CMake: port/cmake, port/esp-idf, port/zephyr.
#
# Files are found by pattern, as in the Makefile, so that a new file is in every build at once. CONFIGURE_DEPENDS looks
# again at each build; a script (ESP-IDF's first pass over its components) cannot ask for that.

get_filename_component(RILL_ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

file(STRINGS "${RILL_ROOT}/include/rill/rill.h" RILL_VERSION REGEX "define RILL_VERSION \"")
string(REGEX REPLACE ".*\"(.*)\".*" "\\1" RILL_VERSION "${RILL_VERSION}")

if(CMAKE_SCRIPT_MODE_FILE)
  set(again)
else()
  set(again CONFIGURE_DEPENDS)
endif()

file(GLOB RILL_SOURCES ${again} "${RILL_ROOT}/src/*.c")
file(GLOB RILL_HEADERS ${again} "${RILL_ROOT}/include/rill/*.h")

# Ports that run on any system.
file(GLOB RILL_PORT_SOURCES ${again} "${RILL_ROOT}/port/uart/*.c" "${RILL_ROOT}/port/modem/*.c")
file(GLOB RILL_PORT_HEADERS ${again} "${RILL_ROOT}/port/uart/*.h" "${RILL_ROOT}/port/modem/*.h")

# Ports of POSIX systems: these files of port/posix, named in port/install/install.mk; the others are the program's.
file(STRINGS "${RILL_ROOT}/port/install/install.mk" names REGEX "^POSIX_PORTS ")
string(REGEX REPLACE ".*:= *" "" names "${names}")
separate_arguments(names)
list(TRANSFORM names PREPEND "${RILL_ROOT}/port/posix/")
list(TRANSFORM names APPEND ".c" OUTPUT_VARIABLE RILL_POSIX_SOURCES)
list(TRANSFORM names APPEND ".h" OUTPUT_VARIABLE RILL_POSIX_HEADERS)

# rill_public(VARIABLE HEADER...): those of the headers that do not say that they are the ports' own.
function(rill_public variable)
  set(headers)
  foreach(header ${ARGN})
    file(STRINGS "${header}" private REGEX "not for users" LIMIT_COUNT 1)
    if(NOT private)
      list(APPEND headers "${header}")
    endif()
  endforeach()
  set(${variable} ${headers} PARENT_SCOPE)
endfunction()

# Macros that set how much of an answer one struct holds; they must be the same for rill and for what uses it.
set(RILL_CAPACITIES RILL_CHOICES RILL_TOOL_CALLS RILL_LOGPROBS RILL_TOP_LOGPROBS)

# rill_stage(FOLDER FILE...): copies of files alone in a folder of the build. So headers of ports are found under
# rill/port/, as where rill is installed; and jsmn.h comes without what lies beside it, when that is the host's /usr/include.
function(rill_stage folder)
  foreach(file ${ARGN})
    get_filename_component(name "${file}" NAME)
    configure_file("${file}" "${folder}/${name}" COPYONLY)
  endforeach()
endfunction()

# rill_stage_jsmn(FOLDER): jsmn.h from the folder JSMN_DIR, or from where the compiler's headers are.
function(rill_stage_jsmn folder)
  if(JSMN_DIR)
    set(file "${JSMN_DIR}/jsmn.h")
  else()
    find_file(RILL_JSMN_H jsmn.h)
    set(file "${RILL_JSMN_H}")
  endif()
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "rill needs jsmn.h (Debian: libjsmn-dev); say its folder with JSMN_DIR")
  endif()
  rill_stage("${folder}" "${file}")
endfunction()
