# Every mutant, one call each; cmake/tests.cmake says how it works. For example:
#   glasspost_mutant(NAME store_without_seal ROOM virtual
#                    FILE engine/roles/store.cpp TEST tests/mutants/store_test.cpp)
