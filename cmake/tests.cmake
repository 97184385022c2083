# Tests: one doctest program a room, and mutants.
include(doctest)

# What holds for every case. A program that found no case to run has not passed; that also catches
# case names that ctest cannot carry (do not use ';' in one).
set(glasspost_case TIMEOUT 300 FAIL_REGULAR_EXPRESSION "test cases: +0")

# glasspost_tests(roles LINK roles storage) makes glasspost_tests_roles from tests/roles/*_test.cpp. APART: its
# files use the same names for different things, so they are not compiled in bundles.
# Every case is a ctest of its own, named "roles/<case>"; a TEST_SUITE's name becomes its label.
function(glasspost_tests folder)
  cmake_parse_arguments(arg "APART;WIRE" "" "LINK" ${ARGN})
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
  if(arg_WIRE)
    target_precompile_headers(${name} PRIVATE <doctest/doctest.h> ${glasspost_wire_headers})
  endif()
  if(NOT arg_APART)
    glasspost_in_bundles(${name})
  endif()
  doctest_discover_tests(${name} TEST_PREFIX "${folder}/" ADD_LABELS 1 PROPERTIES ${glasspost_case})
endfunction()

# glasspost_mutant(NAME no_seal ROOM roles FILE engine/roles/store.cpp TEST tests/mutants/seal_test.cpp)
#
# Proves that a rule matters: builds the product with that one rule broken and runs a test that
# expects the promise to break. tests/mutants/<NAME>.from holds the text to replace, which must occur
# exactly once in FILE, and <NAME>.to holds what stands there instead (empty: deleted). The changed
# copy's object stands before the library on the link line, so the library's own is never pulled in.
# FILE may be a header: then it lies in an include folder that is searched first, and the TEST and
# every source listed under ALSO are compiled against it.
# The test asks mutant() from tests/support/mutant.hpp which mutant it is linked into; the same
# test is also linked with the unchanged product, as glasspost_tests_mutants, and must pass there.
function(glasspost_mutant)
  cmake_parse_arguments(arg "" "NAME;ROOM;FILE;TEST" "ALSO" ${ARGN})
  set(script ${PROJECT_SOURCE_DIR}/tests/mutants/mutate.py)
  set(from ${PROJECT_SOURCE_DIR}/tests/mutants/${arg_NAME}.from)
  set(to ${PROJECT_SOURCE_DIR}/tests/mutants/${arg_NAME}.to)
  set(overlay ${PROJECT_BINARY_DIR}/mutants/${arg_NAME})
  set(copy ${overlay}/${arg_FILE})
  add_custom_command(
    OUTPUT ${copy}
    COMMAND python3 ${script} ${PROJECT_SOURCE_DIR}/${arg_FILE} ${from} ${to} ${copy}
    DEPENDS ${script} ${PROJECT_SOURCE_DIR}/${arg_FILE} ${from} ${to}
    COMMENT "mutant ${arg_NAME} of ${arg_FILE}"
    VERBATIM)

  set(also ${arg_ALSO})
  list(TRANSFORM also PREPEND ${PROJECT_SOURCE_DIR}/)
  set(name glasspost_mutant_${arg_NAME})
  add_executable(${name} ${copy} ${also} ${PROJECT_SOURCE_DIR}/${arg_TEST}
    ${PROJECT_SOURCE_DIR}/tests/support/mutant.cpp)
  target_compile_definitions(${name} PRIVATE GLASSPOST_MUTANT="${arg_NAME}")
  target_compile_options(${name} PRIVATE -w)
  if(arg_FILE MATCHES "\\.hpp$")
    target_include_directories(${name} BEFORE PRIVATE ${overlay})
  endif()
  target_link_libraries(${name} PRIVATE glasspost_test_main glasspost::${arg_ROOM})
  add_test(NAME mutant/${arg_NAME} COMMAND ${name})
  set_tests_properties(mutant/${arg_NAME} PROPERTIES LABELS mutant ${glasspost_case})
  set_property(GLOBAL APPEND PROPERTY glasspost_mutant_tests ${PROJECT_SOURCE_DIR}/${arg_TEST})
  set_property(GLOBAL APPEND PROPERTY glasspost_mutant_rooms glasspost::${arg_ROOM})
endfunction()

# The other half of every mutant: the same tests against the product as it is.
function(glasspost_mutant_controls)
  get_property(sources GLOBAL PROPERTY glasspost_mutant_tests)
  get_property(rooms GLOBAL PROPERTY glasspost_mutant_rooms)
  if(NOT sources)
    return()
  endif()
  list(REMOVE_DUPLICATES sources)
  list(REMOVE_DUPLICATES rooms)
  add_executable(glasspost_tests_mutants ${sources} ${PROJECT_SOURCE_DIR}/tests/support/mutant.cpp)
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
    set_tests_properties(docs/${name} PROPERTIES LABELS process TIMEOUT 300 RUN_SERIAL TRUE)
  endforeach()
endfunction()

# Real processes: tests/processes/<SCRIPT>.py is run with the built program and WORDS as its arguments.
function(glasspost_process_test name)
  cmake_parse_arguments(arg "SLOW" "SCRIPT" "WORDS" ${ARGN})
  if(NOT TARGET glasspost)
    return()
  endif()
  add_test(NAME process/${name}
    COMMAND python3 -B ${CMAKE_CURRENT_SOURCE_DIR}/processes/${arg_SCRIPT}.py $<TARGET_FILE:glasspost>
            ${arg_WORDS})
  set_tests_properties(process/${name} PROPERTIES LABELS process TIMEOUT 300 RUN_SERIAL TRUE)
  if(arg_SLOW)
    set_tests_properties(process/${name} PROPERTIES LABELS slow TIMEOUT 3600)
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
    set_tests_properties(console/${name} PROPERTIES LABELS process TIMEOUT 300 RESOURCE_LOCK display)
  endforeach()
endfunction()
