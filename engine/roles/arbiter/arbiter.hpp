// Arbiter: gives the sections of an owner that is gone to others (seqsvr's arbiter, WF 3.4).
//
//   arbiter --ReadOwners----> store --OwnersRead--> arbiter          every poll, of every replica
//   arbiter --PrepareRegister, AcceptRegister--> store               the register of the routes
//   arbiter's process --Frame.routes--> everybody                    (core/routes.hpp)
//
// It looks at what owners do anyway: they renew their leases at the replicas. An owner that a
// majority of them has not heard for longer than seq.detect is given up, and its sections are
// spread over owners of its kind that are heard. Whether the old owner is dead, frozen or cut off,
// nobody needs to know: the new one seals and waits out leases (core/claim.hpp). The same table
// says how users are cut into sections of numbers, so seq.section is switched here (roles/seq).
//
// Two arbiters do the same. The register decides between them: who comes second finds the table
// already changed, and looks again. Without any arbiter nothing fails over, and nothing else
// changes. Invariants:
//   I1  what it makes known was accepted by a majority of the replicas.
//   I2  versions of the table only rise.
//   I3  a section goes to a role of its kind that a majority has heard lately.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "engine/core/register.hpp"
#include "engine/core/role.hpp"
#include "engine/core/routes.hpp"

namespace glasspost {

class Arbiter {
 public:
  static constexpr std::uint32_t kStateVersion = 2;

  // An owner, as a replica has heard it.
  struct Heard {
    std::uint64_t boot = 0;
    Duration silent = Duration(0);

    template <class Archive>
    void fields(Archive& archive) {
      archive(boot, silent);
    }
  };

  // What a replica said last.
  struct Reading {
    Time at = Time(Duration(0));
    Duration up = Duration(0);
    std::map<Address, Heard> heard;
    std::uint64_t cut_version = 0;  // the cut of numbers that it knows,
    std::set<SectionId> unserved;   // and where it has no ceiling of that

    template <class Archive>
    void fields(Archive& archive) {
      archive(at, up, heard, cut_version, unserved);
    }
  };

  struct State {
    Address self;
    Config config;
    std::map<std::uint64_t, Reading> readings;  // by replica
    std::map<Address, bool> suspected;          // owners that were given up, until they are heard
    RegisterChange change;                      // of the routes, under way
    std::uint64_t replica_set = 0;              // that the register counts on
    bool write_again = false;  // the set is new: the register is written under it, as it is
    std::map<std::uint64_t, std::uint64_t> admitted;  // by replica: in which set it counts there
    std::uint64_t chosen = 0;                         // the newest version that was chosen here

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, readings, suspected, change, replica_set, write_again, admitted,
              chosen);
    }
  };

  explicit Arbiter(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t { kPoll = 1, kBallot = 2 };

  // arbiter.cpp: who is silent.
  void on_poll(OwnerStep& step);
  void on_letter(const v1::Letter& letter, OwnerStep& step);
  void on_owners(Address replica, const v1::OwnersRead& read, OwnerStep& step);
  std::size_t silent_at(Address owner, const OwnerStep& step) const;
  std::size_t heard_at(Address owner, const OwnerStep& step) const;
  void look(OwnerStep& step);

  // change.cpp: another table.
  v1::RouteTable spread(Config by, const OwnerStep& step) const;
  bool may_cut(const Config& by, const OwnerStep& step) const;
  Address least_loaded(const Config& by, SectionId section, const OwnerStep& step) const;
  bool may_serve(Address owner, SectionId section) const;
  void begin_change(OwnerStep& step);
  void on_promised(const v1::Letter& letter, OwnerStep& step);
  void on_accepted(const v1::Letter& letter, OwnerStep& step);
  void on_replica_set(std::uint64_t replica_set, OwnerStep& step);
  void admit(OwnerStep& step);

  State state_;
};

extern template RoleBox RoleBox::of(Arbiter);

}  // namespace glasspost
