// Conversation: the home of each conversation, and its one commit point.
//
//   logic --Submit--------> home --AppendLog--> store --LogAppended--> home --Submitted--> access
//                                                                       |
//                            home --IndexRows--> mailbox of each member-+--RowsIndexed--> home
//   logic --ReadHistory---> home --HistoryRead--> access
//   mailbox --FetchBodies-> home --BodiesFetched--> mailbox
//   administrator --LocateMessage--> home --MessageLocated--> administrator
//
// Access holds the connections of devices. Logic has checked that both users exist. A mailbox keeps
// the inboxes of users (roles/mailbox). The store keeps logs.
//
// Words:
//   section   a share of all conversations, with one log and one owner at a time (core/config.hpp)
//   position  the place of a batch in that log. The log is kept by N stores, the replicas.
//   horizon   the highest position that W replicas have. What lies at or below it is durable and
//             will be in the log of every later owner (core/section_log.hpp).
//   serving   the log is ours: the take-over is over. Before that nothing is decided here.
//   life      one run of a process, from its start to its end
//   fact      what observers and the console are told (docs/facts.md); nothing here depends on one
//
// Three things happen to a message here, in this order, and nowhere else:
//   judged     is the sender a member, is the client id new?                        (judge.cpp)
//   committed  its batch is at or below the section's horizon. Only now is the sender answered, and
//              only now may anybody see it.                                  (conversation.cpp)
//   indexed    every member's inbox has a row for it. Rows are an index: they are written after the
//              commit, again and again until each mailbox says it has them.         (index.cpp)
// One step's decisions are one batch of the section's log, so a busy home writes once for many
// messages. Everything in memory is folded from the log: a new owner replays it and is where the
// old one was. Now and then what is folded goes into the log too, as a checkpoint, piece by piece
// between the batches: a new owner loads the newest one and replays only what came after. Where
// older messages lie then leaves the memory: blocks of that index are read back from the store when
// somebody asks for old messages.
//
// Invariants:
//   I1  numbers of a conversation are dense: 1, 2, 3, ...; the log holds them in that order.
//   I2  a client id of a device has at most one number in a conversation.
//   I3  indexed_to <= every member's confirmed <= committed <= last.
//   I4  nothing above the horizon is acknowledged, indexed or read. (The choice delivery.ack =
//       after-memory acknowledges at once: it is there to show what that costs.) Nothing leaves
//       after the lease is over (core/lease.hpp).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/paged.hpp"
#include "engine/core/body_cache.hpp"
#include "engine/core/checkpoint.hpp"
#include "engine/core/role.hpp"
#include "engine/core/section_index.hpp"
#include "engine/core/section_log.hpp"

namespace glasspost {

class Conversation {
 public:
  static constexpr std::uint32_t kStateVersion = 2;

  // One conversation.
  struct Thread {
    std::uint64_t last = 0;        // the newest number decided
    std::uint64_t committed = 0;   // the newest number at or below the horizon
    std::uint64_t indexed_to = 0;  // in every member's inbox, and written down in the log

    template <class Archive>
    void fields(Archive& archive) {
      archive(last, committed, indexed_to);
    }
  };

  // How far the inbox of one member has come.
  struct Progress {
    std::uint64_t confirmed = 0;  // the mailbox has it durably
    std::uint64_t sent = 0;       // on its way
    Time sent_at = Time(Duration(0));
    std::uint32_t in_vain = 0;  // times that they were sent again since something was confirmed

    template <class Archive>
    void fields(Archive& archive) {
      archive(confirmed, sent, sent_at, in_vain);
    }
  };

  // Which client id of which device in which conversation.
  struct ClientKey {
    ConversationId conversation;
    DeviceId device;
    std::uint64_t client_id = 0;

    auto operator<=>(const ClientKey&) const = default;

    template <class Archive>
    void fields(Archive& archive) {
      archive(conversation, device, client_id);
    }
  };

  // What became of it.
  struct Judged {
    std::uint64_t number = 0;
    std::uint64_t body_hash = 0;
    std::int64_t time_ms = 0;

    template <class Archive>
    void fields(Archive& archive) {
      archive(number, body_hash, time_ms);
    }
  };

  // The client ids kept of one device in one conversation: its highest ones, because a device
  // counts upwards. Without a floor every id ever used would have to be kept, or an old text that
  // is sent again could get a second number. (Key: client_id 0.)
  struct Window {
    std::uint32_t kept = 0;
    std::uint64_t floor = 0;  // ids up to here are TOO_OLD

    template <class Archive>
    void fields(Archive& archive) {
      archive(kept, floor);
    }
  };

  // What the log decides, but for the places of messages. Every checkpoint holds these tables.
  struct Folded {
    PagedMap<ConversationId, Thread> threads;
    PagedMap<ClientKey, Judged> judged;
    PagedMap<ClientKey, Window> windows;

    template <class Archive>
    void fields(Archive& archive) {
      archive(threads, judged, windows);
    }
  };

  // Where in the log a message lies.
  using Positions = PagedMap<MessageKey, std::uint64_t>;

  struct Section {
    SectionLog log;
    Folded folded;
    Positions positions;                       // of messages since the newest checkpoint began
    Checkpoint<Folded, Positions> checkpoint;  // one being written; `closing`: positions before it
    BlockCache<v1::ThreadBlock> blocks;        // older positions, read back from the store
    PagedMap<MemberKey, Progress> progress;
    BodyCache bodies;
    // Decided, not yet at the horizon: by position.
    std::map<std::uint64_t, std::vector<MessageKey>> decided;
    std::map<std::uint64_t, std::vector<Archived<v1::Letter>>>
        answers;                               // Submitted, to be sent then
    std::set<MemberKey> behind;                // members with confirmed < committed
    std::set<ConversationId> unrecorded;       // conversations whose indexed_to can be written down
    std::deque<Archived<v1::Letter>> waiting;  // reads that wait for the store
    std::map<MessageKey, Time> wanted;         // body or place, asked of the store: when

    template <class Archive>
    void fields(Archive& archive) {
      archive(log, folded, positions, checkpoint, blocks, progress, bodies, decided, answers,
              behind, unrecorded, waiting, wanted);
    }
  };

  struct State {
    Address self;
    Config config;
    bool started = false;
    std::map<SectionId, Section> sections;
    std::map<SectionId, PastClaim> past;  // of sections that went to others in this life

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, started, sections, past);
    }
  };

  explicit Conversation(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t {  // subject of each: section
    kLogRetry = 1,
    kIndexRetry = 2,
    kIndexRecord = 3,
    kPoll = 4  // no subject: leases are renewed
  };

  // What this step has decided so far, by section: its next batch, and the bytes of its texts.
  struct Decision {
    v1::ConversationBatch batch;
    std::size_t bytes = 0;
  };
  using Decisions = std::map<SectionId, Decision>;

  // One step of this role: what every helper needs.
  struct Turn {
    OwnerStep owner;
    Decisions decisions;

    std::size_t bytes_decided(SectionId id) const {
      const auto found = decisions.find(id);
      return found == decisions.end() ? 0 : found->second.bytes;
    }
  };

  // conversation.cpp: dispatch, take-over, commit.
  void on_config(const Config& config, Turn& turn);
  void follow_routes(Turn& turn);
  void on_poll(Turn& turn);
  std::vector<Claim*> claims();
  void on_letter(const v1::Letter& letter, Turn& turn);
  void on_timer(TimerId timer, Turn& turn);
  void on_log_letter(const v1::Letter& letter, SectionId id, Turn& turn);
  void on_log_event(SectionId id, Section& section, const LogEvent& event, Turn& turn);
  void on_loaded(Section& section, Turn& turn);
  void replay(Section& section, const v1::LogBatch& batch, Turn& turn);
  static bool fold(Section& section, const v1::ConversationEntry& entry, std::uint64_t position);
  void on_serving(SectionId id, Section& section, Turn& turn);
  void on_horizon(Section& section, bool replayed, Turn& turn);
  void append_decisions(Turn& turn);
  void write_checkpoints(Turn& turn);

  // judge.cpp: is this send new, and may it be?
  void on_submit(const v1::Letter& letter, Turn& turn);
  void on_resend(Section& section, const Judged& known, const v1::Letter& letter, Turn& turn);
  v1::FailureCode judge(const Section& section, const v1::Submit& submit) const;
  void accept(SectionId id, Section& section, const v1::Letter& letter, Turn& turn);
  void answer_at_commit(Section& section, std::uint64_t number, v1::Letter answer, Turn& turn);
  static void remember(Section& section, const v1::StoredMessage& message);

  // index.cpp: rows for every member's inbox.
  void pump(Section& section, const MemberKey& member, Turn& turn);
  void on_rows_indexed(const v1::RowsIndexed& indexed, Turn& turn);
  void on_rows_lacking(Section& section, const MemberKey& member, std::uint64_t number, Turn& turn);
  void on_index_retry(SectionId id, Section& section, Turn& turn);
  void record_progress(SectionId id, Section& section, Turn& turn);

  // read.cpp: history and bodies.
  void on_read_history(const v1::Letter& letter, Turn& turn);
  void on_fetch(const v1::Letter& letter, Turn& turn);
  bool gather(Section& section, ConversationId conversation, std::span<const std::uint64_t> numbers,
              std::vector<v1::StoredMessage>& found, Turn& turn);
  void wait_for_bodies(Section& section, const v1::Letter& letter, Turn& turn);
  void ask_bodies(Section& section, const std::set<std::uint64_t>& positions, Turn& turn);
  static bool ask_now(Section& section, const MessageKey& key, Turn& turn);
  void on_bodies_read(Section& section, const std::vector<v1::LogBatch>& batches, Turn& turn);
  void on_index_read(Section& section, const v1::IndexPage& page, Turn& turn);
  void on_reads_overdue(Section& section, Turn& turn);
  void read_again(Section& section, Turn& turn);

  // locate.cpp: where is a message? For administrators.
  void on_locate(const v1::Letter& letter, Turn& turn);

  // The position of a message; 0 if its block of the index must be read first.
  static std::uint64_t position_of(const Section& section, const MessageKey& message);

  // The section of a conversation, or null if this role does not own it.
  Section* section_of_conversation(ConversationId conversation);

  State state_;
};

extern template RoleBox RoleBox::of(Conversation);

}  // namespace glasspost
