// Seq: allocates inbox numbers (seqsvr's AllocSvr, WF 3). Each user has a 64-bit space of its own;
// the numbers handed out for a user only rise, gaps allowed.
//
//   mailbox --TakeNumbers--> seq --NumbersTaken, or NumbersRefused--> mailbox
//   anybody --ReadNumbers--> seq --NumbersRead, or NumbersRefused--> who asked
//                            seq --RaiseCeiling--> store --CeilingRaised--> seq
//   administrator --ShowNumbers--> seq --NumbersShown--> administrator
//
// Numbers live in memory; on disk there is one ceiling a section (WF 3.3): no number above it was
// ever handed out, so an owner that starts at the ceiling starts above everything. That costs a
// jump at every restart and saves a write per number. Of a take-over (ARCHITECTURE.md) it needs
// steps 1, 2 and 5 only: the ceiling comes with the seal. Invariants:
//   I1  for every user: floor <= last <= ceiling, and a ceiling above the floor is durable on W
//       replicas. (The floor was found at a take-over, perhaps on one of them; nothing is handed
//       out before the first ceiling of this life.)
//   I2  a section hands out nothing before its claim is sealed and no former owner has a lease.
//       What it hands out leaves while its own lease lasts (lease.hpp), or never.
//   I3  a request is answered whole or not at all, under the ticket it came with.
//   I4  what is refused changes nothing.
//
// How many users a section has is a choice (seq.section). A new cut comes with the route table, and
// is a take-over: whoever had the old sections forgets them, and the owner of a new one first
// closes each old one that shares a user with it. To close is to take over, with register, seal and
// wait, and then to serve nothing. It begins at the highest of their ceilings (WF 3.3): a split
// copies the ceiling, a merge takes the maximum. From its first own ceiling on, which names the
// cut, the replicas know that nothing older counts, and later owners close nothing.
//
// requests.cpp judges and answers; seq.cpp takes sections over and raises ceilings; cut.cpp closes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "engine/core/archive_message.hpp"
#include "engine/core/claim.hpp"
#include "engine/core/role.hpp"
#include "engine/roles/seq/last_numbers.hpp"

namespace glasspost {

class Seq {
 public:
  static constexpr std::uint32_t kStateVersion = 4;

  struct Section {
    Claim claim;
    bool serves = false;
    std::uint64_t cut_version = 0;    // of the routes that gave it to us (Config::seq_cut_version)
    std::uint64_t floor = 0;          // where this life began
    std::uint64_t ceiling = 0;        // durable
    std::uint64_t ceiling_asked = 0;  // on its way to the store; ceiling when nothing is
    std::uint64_t highest = 0;        // the highest number handed out in this life, of any user
    std::uint64_t raises = 0;         // so often was the ceiling raised in this life
    std::map<std::uint64_t, std::uint64_t> raised;  // by replica: the ceiling it has confirmed
    LastNumbers last;  // by user's place in the section; 0: nothing since floor
    std::deque<Archived<v1::Letter>> waiting;  // requests beyond the ceiling

    template <class Archive>
    void fields(Archive& archive) {
      archive(claim, serves, cut_version, floor, ceiling, ceiling_asked, highest, raises, raised,
              last, waiting);
    }
  };

  struct State {
    Address self;
    Config config;
    bool started = false;
    std::map<SectionId, Section> sections;
    std::map<SectionId, PastClaim> past;  // of sections that went to others in this life
    std::map<SectionId, Claim> closing;   // of the cut before: they end before ours begin
    std::uint64_t closing_for = 0;        // the cut that they end for

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, started, sections, past, closing, closing_for);
    }
  };

  explicit Seq(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  // What decides a user's next number, as it stands.
  v1::NumbersShown shown(std::uint32_t user) const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t {
    kRetry = 1,  // subject: section
    kPoll = 2    // leases are renewed
  };

  void on_config(const Config& config, OwnerStep& step);
  void on_poll(OwnerStep& step);
  void follow_routes(OwnerStep& step);
  void try_serve(Section& section, OwnerStep& step);
  std::vector<Claim*> claims();
  void on_letter(const v1::Letter& letter, OwnerStep& step);
  Section* section_named(std::uint32_t id);  // null: not ours
  void on_retry(SectionId id, OwnerStep& step);
  void serve(SectionId id, Section& section, OwnerStep& step);
  void on_take(const v1::Letter& letter, OwnerStep& step);
  void on_read(const v1::Letter& letter, OwnerStep& step);
  void on_show(const v1::Letter& letter, OwnerStep& step);
  bool answer_take(Section& section, const v1::Letter& letter, OwnerStep& step);
  void hand_out(Section& section, const v1::Letter& letter, OwnerStep& step);
  void raise(SectionId id, Section& section, std::uint64_t needed, OwnerStep& step);
  void on_raised(Address replica, const v1::CeilingRaised& answer, OwnerStep& step);
  void on_sealed(Address replica, const v1::SectionSealed& answer, OwnerStep& step);
  void on_refused(Address replica, const v1::EpochRefused& refusal, OwnerStep& step);
  static void begin_again(Section& section, OwnerStep& step);

  // cut.cpp: the sections of the cut before.
  bool is_above_all_cuts(const Section& section) const;
  bool has_closed(const Section& section, OwnerStep& step);
  std::uint64_t ceiling_before(const Section& section) const;
  void forget_cut();
  void forget_needless();
  Claim* closing_named(SectionId id);  // null: there is none
  void on_closing_letter(Claim& claim, const v1::Letter& letter, OwnerStep& step);
  void on_closing_retry(Claim& claim, OwnerStep& step);
  void go_on(OwnerStep& step);

  State state_;
};

extern template RoleBox RoleBox::of(Seq);

}  // namespace glasspost
