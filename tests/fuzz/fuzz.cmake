# Fuzz targets: one libFuzzer program a decoder, from tests/fuzz/<name>_fuzz.cpp.
#
#   cmake --preset fuzz && cmake --build --preset fuzz --target fuzzers
#   build/release/bin/glasspost_fuzz_seeds build/fuzz/corpus
#   build/fuzz/bin/zmtp_fuzz -seed=1 -runs=1000000 build/fuzz/corpus/zmtp
#
# Every preset knows them, so that clang-tidy reads them; only preset fuzz links them.

string(FIND "${CMAKE_CXX_FLAGS}" "-fsanitize=fuzzer-no-link" found)
if(found EQUAL -1)
  set(glasspost_fuzzes OFF)
else()
  set(glasspost_fuzzes ON)
  add_custom_target(fuzzers)
  # What protoc writes is not ours to check for undefined behaviour, and half of the time to compile.
  target_compile_options(glasspost_schema PRIVATE -fno-sanitize=undefined)
  # Comparisons are hints for the fuzzer. In the loops over single bytes (hashes, texts) they cost a quarter
  # of all time and hint at nothing.
  target_compile_options(glasspost_base PRIVATE -fno-sanitize-coverage=trace-cmp)
endif()

# glasspost_fuzz(zmtp LINK base SOURCES engine/live/zmtp.cpp) makes bin/zmtp_fuzz.
#   SOURCES  and FOLDERS are of rooms that are not linked as a whole, because most of the room is
#            something else
#   SLOW     not in the target fuzzers: it takes long to build and to run
#   APART    coverage is of the decoder's files alone: in the judge it costs time and shows nothing, if the
#            decoder has no code in headers
function(glasspost_fuzz name)
  cmake_parse_arguments(arg "APART;SLOW" "" "LINK;SOURCES;FOLDERS" ${ARGN})
  foreach(folder IN LISTS arg_FOLDERS)
    file(GLOB found RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
    list(APPEND arg_SOURCES ${found})
  endforeach()
  list(TRANSFORM arg_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/)
  set(judge ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${name}_fuzz.cpp)
  add_executable(${name}_fuzz EXCLUDE_FROM_ALL ${judge} ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/options.cpp
    ${arg_SOURCES})
  target_include_directories(${name}_fuzz PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name}_fuzz PRIVATE glasspost::warnings)
  foreach(room IN LISTS arg_LINK)
    target_link_libraries(${name}_fuzz PRIVATE glasspost::${room})
  endforeach()
  if(NOT arg_LINK STREQUAL "base")
    target_sources(${name}_fuzz PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/quiet.cpp)
    target_precompile_headers(${name}_fuzz REUSE_FROM glasspost_core)
  endif()
  if(glasspost_fuzzes)
    if(arg_APART)
      set_source_files_properties(${judge} PROPERTIES COMPILE_OPTIONS -fno-sanitize=fuzzer-no-link
        SKIP_PRECOMPILE_HEADERS ON)
    endif()
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
    if(NOT arg_SLOW)
      add_dependencies(fuzzers ${name}_fuzz)
    endif()
  endif()
endfunction()

add_executable(glasspost_fuzz_seeds fuzz/seeds.cpp)
target_link_libraries(glasspost_fuzz_seeds PRIVATE glasspost::virtual glasspost::storage glasspost::live
  glasspost::warnings)
target_precompile_headers(glasspost_fuzz_seeds PRIVATE ${glasspost_wire_headers})
