# One room, one library: glasspost_room(roles LINK core) makes glasspost::roles from engine/roles.
# A room links the rooms it may use; tests/repo/layering.py holds its includes to the same list.

add_library(glasspost_warnings INTERFACE)
add_library(glasspost::warnings ALIAS glasspost_warnings)
# clang counts sign conversions into -Wconversion, g++ does not: both get g++'s meaning.
target_compile_options(glasspost_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor)

# What most files of a room read first. Precompiled where a room is marked WIRE, once for all of them: reading
# Protobuf's headers is over half of the compiler's work on a small file.
set(glasspost_wire_headers <glasspost/v1/letter.pb.h> <deque> <functional> <map> <memory> <optional>
  <set> <string> <vector>)

# glasspost_room(name [AS other] [WIRE] [LINK room...] [USES third-party...] [SOURCES file...])
#   AS       the library's name, where the folder's alone would not say whose it is: viz_model
#   WIRE     its files speak Protobuf
#   LINK     rooms of ours, all declared above this one
#   USES     names of cmake/dependencies.cmake, searched only when the room has files
#   SOURCES  default: every .cpp below the folder, found again at each build
# A room without .cpp is an interface library, so that rooms can be linked before they are filled.
function(glasspost_room name)
  cmake_parse_arguments(arg "WIRE" "AS" "LINK;USES;SOURCES" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  if(arg_AS)
    set(name ${arg_AS})
  endif()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.hpp)
  if(NOT arg_SOURCES)
    file(GLOB_RECURSE arg_SOURCES CONFIGURE_DEPENDS ${folder}/*.cpp)
  endif()
  if(arg_SOURCES)
    set(kind STATIC)
    set(reach PUBLIC)
  else()
    set(kind INTERFACE)
    set(reach INTERFACE)
  endif()
  add_library(glasspost_${name} ${kind} ${arg_SOURCES})
  add_library(glasspost::${name} ALIAS glasspost_${name})
  target_include_directories(glasspost_${name} ${reach} ${PROJECT_SOURCE_DIR})
  foreach(room IN LISTS arg_LINK)
    target_link_libraries(glasspost_${name} ${reach} glasspost::${room})
  endforeach()
  if(arg_SOURCES OR headers)
    foreach(library IN LISTS arg_USES)
      glasspost_find(${library})
      target_link_libraries(glasspost_${name} ${reach} third_party::${library})
    endforeach()
  endif()
  if(arg_SOURCES)
    target_link_libraries(glasspost_${name} PRIVATE glasspost::warnings)
    if(arg_WIRE AND TARGET glasspost_core AND NOT name STREQUAL core)
      target_precompile_headers(glasspost_${name} REUSE_FROM glasspost_core)
    elseif(arg_WIRE)
      target_precompile_headers(glasspost_${name} PRIVATE ${glasspost_wire_headers})
    endif()
  endif()
endfunction()

# glasspost_in_bundles(name): the files of a program are compiled a few at a time, where GLASSPOST_BUNDLES is
# ON (presets that are built whole). What such files include is a lot, and compiled once a bundle. Rooms are
# not: there one changed file must be quick to build. So names of one program's files must differ, in unnamed
# namespaces too.
option(GLASSPOST_BUNDLES "compile the files of programs and tests several at a time" OFF)
function(glasspost_in_bundles name)
  if(GLASSPOST_BUNDLES)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 10)
  endif()
endfunction()

# glasspost_program(glasspost apps LINK virtual USES cli11) makes bin/glasspost from engine/apps/*.cpp.
function(glasspost_program name folder)
  cmake_parse_arguments(arg "" "" "LINK;USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  foreach(room IN LISTS arg_LINK)
    target_link_libraries(${name} PRIVATE glasspost::${room})
  endforeach()
  foreach(library IN LISTS arg_USES)
    glasspost_find(${library})
    target_link_libraries(${name} PRIVATE third_party::${library})
  endforeach()
  target_link_libraries(${name} PRIVATE glasspost::warnings)
  if(cli11 IN_LIST arg_USES)
    list(APPEND glasspost_wire_headers <CLI/CLI.hpp>)
  endif()
  target_precompile_headers(${name} PRIVATE ${glasspost_wire_headers})
  glasspost_in_bundles(${name})
endfunction()
