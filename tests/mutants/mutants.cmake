# Every mutant, one call each; cmake/tests.cmake says how it works. For example:
#   glasspost_mutant(NAME store_without_seal ROOM virtual
#                    FILE engine/roles/store.cpp TEST tests/mutants/store_test.cpp)

# Rules of the take-over and of the commit, judged by a hundred hostile seeds of the virtual world.
glasspost_mutant(NAME store_without_seal ROOM virtual
                 FILE engine/roles/store/store.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)
glasspost_mutant(NAME home_without_dedupe ROOM virtual
                 FILE engine/roles/conversation/judge.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)
glasspost_mutant(NAME log_without_horizon ROOM virtual
                 FILE engine/core/section_log.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)

# Rules of checkpoints: nothing above the horizon is covered, and the replay begins with the next batch.
glasspost_mutant(NAME mailbox_checkpoint_above_horizon ROOM virtual
                 FILE engine/roles/mailbox/mailbox.cpp
                 TEST tests/virtual/hostile_seeds_mutant.cpp)
glasspost_mutant(NAME replay_one_too_late ROOM virtual
                 FILE engine/core/section_log.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)

# Rules of leases: a successor waits, and an owner says nothing after the end of its own.
glasspost_mutant(NAME claim_without_wait ROOM virtual
                 FILE engine/core/claim.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)
glasspost_mutant(NAME lease_without_bound ROOM virtual
                 FILE engine/core/lease.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)

# A death certificate is for the dead: nobody waits for the lease of a life that has one.
glasspost_mutant(NAME certificate_of_the_living ROOM virtual
                 FILE engine/core/config.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)

# A rule of seq.section: a section of a new cut begins above what the cut before handed out.
glasspost_mutant(NAME cut_without_ceiling ROOM virtual
                 FILE engine/roles/seq/cut.cpp TEST tests/virtual/hostile_seeds_mutant.cpp)

# Rules of three replicas, judged by seeds with store.quorum 3/2/2.
glasspost_mutant(NAME store_without_seal_of_three ROOM virtual
                 FILE engine/roles/store/store.cpp TEST tests/virtual/quorum_seeds_mutant.cpp)
glasspost_mutant(NAME store_without_truncation ROOM virtual
                 FILE engine/roles/store/store_read.cpp TEST tests/virtual/quorum_seeds_mutant.cpp)
glasspost_mutant(NAME log_without_agreement ROOM virtual
                 FILE engine/core/followers.cpp TEST tests/virtual/quorum_seeds_mutant.cpp)
glasspost_mutant(NAME register_without_majority ROOM virtual
                 FILE engine/core/register.cpp TEST tests/virtual/quorum_seeds_mutant.cpp)
glasspost_mutant(NAME store_counts_too_early ROOM virtual
                 FILE engine/roles/store/store_rebirth.cpp TEST tests/virtual/quorum_seeds_mutant.cpp)

# The three rules of settle (DESIGN 5, 7.3), each dropped alone.
glasspost_mutant(NAME settle_without_order ROOM core
                 FILE engine/core/station.cpp TEST tests/mutants/settle_without_order_test.cpp)
glasspost_mutant(NAME settle_without_putless_wait ROOM core
                 FILE engine/core/station.cpp
                 TEST tests/mutants/settle_without_putless_wait_test.cpp)
glasspost_mutant(NAME settle_without_not_after ROOM core
                 FILE engine/core/station.cpp TEST tests/mutants/settle_without_not_after_test.cpp)
