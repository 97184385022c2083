# Tests: one doctest program a room, and mutants.
include(doctest)

# The order of a run: real processes first, one test of them at a time, one with a screen beside it, and units
# beside both. What comes last would have nothing beside it.
set(glasspost_first COST 100)

# What holds for every case. A program that found no case to run has not passed; that also catches
# case names that ctest cannot carry (do not use ';' in one).
set(glasspost_case TIMEOUT 300 FAIL_REGULAR_EXPRESSION "test cases: +0")

# glasspost_tests(roles LINK roles storage) makes glasspost_tests_roles from tests/roles/*_test.cpp. APART: its
# files use the same names for different things, so they are not compiled in bundles. WORLDS: its cases run
# whole worlds, so they are optimised as what ships is. In the others only the rooms that they link are:
# optimising the cases themselves would take the compiler longer than all of them run.
# Every case is a ctest of its own, named "roles/<case>"; a TEST_SUITE's name becomes its label.
function(glasspost_tests folder)
  cmake_parse_arguments(arg "APART;WIRE;WORLDS" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  set(name glasspost_tests_${folder})
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE glasspost_test_main glasspost::warnings)
  foreach(room IN LISTS arg_LINK)
    target_link_libraries(${name} PRIVATE glasspost::${room})
  endforeach()
  if(arg_WIRE AND NOT arg_WORLDS AND TARGET glasspost_tests_core AND NOT folder STREQUAL core)
    target_precompile_headers(${name} REUSE_FROM glasspost_tests_core)
  elseif(arg_WIRE)
    target_precompile_headers(${name} PRIVATE <doctest/doctest.h> ${glasspost_wire_headers})
  endif()
  if(NOT arg_APART)
    glasspost_in_bundles(${name})
  endif()
  if(NOT arg_WORLDS)
    target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O0>)
  endif()
  doctest_discover_tests(${name} TEST_PREFIX "${folder}/" ADD_LABELS 1 PROPERTIES ${glasspost_case})
endfunction()

# glasspost_mutant(NAME no_seal ROOM roles FILE engine/roles/store.cpp TEST tests/mutants/seal_test.cpp)
#
# Proves that a rule matters: builds the product with that one rule broken and runs a test that
# expects the promise to break. tests/mutants/<NAME>.from holds the text to replace, which must occur
# exactly once in FILE, and <NAME>.to holds what stands there instead (empty: deleted). The changed
# copy's object stands before the library on the link line, so the library's own is never pulled in.
# The test asks mutant() from tests/support/mutant.hpp which mutant it is linked into; it is compiled once for
# all mutants that it is for. It is also linked with the unchanged product, as glasspost_tests_mutants, and
# must pass there.
function(glasspost_mutant)
  cmake_parse_arguments(arg "" "NAME;ROOM;FILE;TEST" "" ${ARGN})
  set(script ${PROJECT_SOURCE_DIR}/tests/mutants/mutate.py)
  set(from ${PROJECT_SOURCE_DIR}/tests/mutants/${arg_NAME}.from)
  set(to ${PROJECT_SOURCE_DIR}/tests/mutants/${arg_NAME}.to)
  set(copy ${PROJECT_BINARY_DIR}/mutants/${arg_NAME}/${arg_FILE})
  add_custom_command(
    OUTPUT ${copy}
    COMMAND python3 ${script} ${PROJECT_SOURCE_DIR}/${arg_FILE} ${from} ${to} ${copy}
    DEPENDS ${script} ${PROJECT_SOURCE_DIR}/${arg_FILE} ${from} ${to}
    COMMENT "mutant ${arg_NAME} of ${arg_FILE}"
    VERBATIM)

  get_filename_component(test ${arg_TEST} NAME_WE)
  set(test glasspost_mutant_test_${test})
  if(NOT TARGET ${test})
    add_library(${test} OBJECT ${PROJECT_SOURCE_DIR}/${arg_TEST})
    target_link_libraries(${test} PRIVATE glasspost_test_main glasspost::${arg_ROOM} glasspost::warnings)
    set_property(GLOBAL APPEND PROPERTY glasspost_mutant_tests ${test})
    set_property(GLOBAL APPEND PROPERTY glasspost_mutant_rooms glasspost::${arg_ROOM})
  endif()
  set(name glasspost_mutant_${arg_NAME})
  add_executable(${name} ${copy} ${PROJECT_SOURCE_DIR}/tests/support/mutant.cpp $<TARGET_OBJECTS:${test}>)
  target_compile_definitions(${name} PRIVATE GLASSPOST_MUTANT="${arg_NAME}")
  target_compile_options(${name} PRIVATE -w)
  target_link_libraries(${name} PRIVATE glasspost_test_main glasspost::${arg_ROOM})
  add_test(NAME mutant/${arg_NAME} COMMAND ${name})
  set_tests_properties(mutant/${arg_NAME} PROPERTIES LABELS mutant ${glasspost_case})
endfunction()

# The other half of every mutant: the same tests against the product as it is.
function(glasspost_mutant_controls)
  get_property(tests GLOBAL PROPERTY glasspost_mutant_tests)
  get_property(rooms GLOBAL PROPERTY glasspost_mutant_rooms)
  if(NOT tests)
    return()
  endif()
  list(REMOVE_DUPLICATES rooms)
  add_executable(glasspost_tests_mutants ${PROJECT_SOURCE_DIR}/tests/support/mutant.cpp)
  foreach(test IN LISTS tests)
    target_sources(glasspost_tests_mutants PRIVATE $<TARGET_OBJECTS:${test}>)
  endforeach()
  target_compile_definitions(glasspost_tests_mutants PRIVATE GLASSPOST_MUTANT="")
  target_link_libraries(glasspost_tests_mutants PRIVATE
    glasspost_test_main glasspost::warnings ${rooms})
  doctest_discover_tests(glasspost_tests_mutants TEST_PREFIX "mutant-control/" ADD_LABELS 1
    PROPERTIES ${glasspost_case})
endfunction()

# Rules about the repository itself: tests/repo/<name>.py is run with the root as its argument.
function(glasspost_repo_tests)
  foreach(name IN LISTS ARGN)
    add_test(NAME repo/${name}
      COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/repo/${name}.py ${PROJECT_SOURCE_DIR})
    set_tests_properties(repo/${name} PROPERTIES LABELS repo TIMEOUT 120)
  endforeach()
endfunction()

# The documentation: tests/docs/<name>.py is run with the root as its argument; those that run or ask the
# programs get the built one instead.
function(glasspost_docs_tests)
  cmake_parse_arguments(arg "" "" "PAGES;PROGRAMS" ${ARGN})
  foreach(name IN LISTS arg_PAGES)
    add_test(NAME docs/${name}
      COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/docs/${name}.py ${PROJECT_SOURCE_DIR})
    set_tests_properties(docs/${name} PROPERTIES LABELS repo TIMEOUT 120)
  endforeach()
  if(NOT TARGET glasspost OR NOT TARGET glasspost-viz)
    return()
  endif()
  foreach(name IN LISTS arg_PROGRAMS)
    add_test(NAME docs/${name}
      COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/docs/${name}.py $<TARGET_FILE:glasspost>)
    set_tests_properties(docs/${name} PROPERTIES
      LABELS process TIMEOUT 300 RESOURCE_LOCK processes ${glasspost_first})
  endforeach()
endfunction()

# Real processes: tests/processes/<SCRIPT>.py is run with the built program and WORDS as its arguments. One at
# a time, beside cases that need one processor; ALONE: it compares times, so nothing runs beside it: its label
# lets a run leave it to the end. SCREEN: it draws, so it runs one at a time with those that draw.
function(glasspost_process_test name)
  cmake_parse_arguments(arg "SLOW;ALONE;SCREEN" "SCRIPT" "WORDS" ${ARGN})
  if(NOT TARGET glasspost)
    return()
  endif()
  add_test(NAME process/${name}
    COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/processes/${arg_SCRIPT}.py $<TARGET_FILE:glasspost>
            ${arg_WORDS})
  set(lock processes)
  if(arg_SCREEN)
    set(lock display)
  endif()
  set_tests_properties(process/${name} PROPERTIES
    LABELS process TIMEOUT 300 RESOURCE_LOCK ${lock} ${glasspost_first})
  if(arg_SLOW)
    set_tests_properties(process/${name} PROPERTIES LABELS slow TIMEOUT 3600)
  endif()
  if(arg_ALONE)
    set_tests_properties(process/${name} PROPERTIES RUN_SERIAL TRUE)
    set_property(TEST process/${name} APPEND PROPERTY LABELS alone)
  endif()
endfunction()

function(glasspost_process_tests)
  foreach(name IN LISTS ARGN)
    glasspost_process_test(${name} SCRIPT ${name})
  endforeach()
endfunction()

# The console under a display of its own: tests/processes/<name>.py with the console as its argument.
function(glasspost_console_tests)
  if(NOT TARGET glasspost-viz)
    return()
  endif()
  foreach(name IN LISTS ARGN)
    add_test(NAME console/${name}
      COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/processes/${name}.py
              $<TARGET_FILE:glasspost-viz>)
    # Two software-drawn windows at a time would starve each other.
    set_tests_properties(console/${name} PROPERTIES
      LABELS process TIMEOUT 300 RESOURCE_LOCK display ${glasspost_first})
  endforeach()
endfunction()
