// Mailbox: the single writer of each user's inbox; it knows what a device has not seen yet.
//
//   home   --IndexRows----> mailbox --TakeNumbers--> seq   --NumbersTaken-> mailbox
//                           mailbox --AppendLog----> store --LogAppended--> mailbox
//                           mailbox --RowsIndexed--> home
//                           mailbox --NotifyDevice-> access
//   access --PullRows-----> mailbox --RowsPulled---> access
//                           mailbox --FetchBodies--> home  --BodiesFetched-> mailbox
//   administrator --LocateRow--> mailbox --RowLocated--> administrator
//   access --RegisterRoute, ForgetRoute--> mailbox --RouteReplaced--> access (of the older session)
//
// A device keeps the number of its newest row, its SyncKey, and asks what is new after it. So no
// row may become visible below a number that was visible before: a device would never ask for it.
//
// A row says: for this user, after everything numbered lower, comes that message of that
// conversation. Its way: accepted (in the conversation's order, its predecessor present), numbered
// (with a number from seq, above every number used for this user), appended to the section's log,
// and, once at or below the horizon, visible. One owner takes a row through all four, in one order:
// that is why a device that syncs never skips. Seq only allocates: it never hands out a number
// twice, whoever owns the mailbox. That a number is not too low is checked here (on_numbers).
//
// Section, position, horizon, serving, life and fact mean what they mean in
// roles/conversation/conversation.hpp; a section here is a range of users.
//
// Everything in memory is folded from the log. Now and then it goes into the log too, as a
// checkpoint, piece by piece between the batches: a new owner loads the newest one and replays only
// what came after. Older rows then leave the memory: blocks of them are read back from the store
// for devices that were away for long.
//
// Invariants:
//   I1  of one user, rows become visible in rising order of inbox numbers; none is ever inserted
//       below a visible one.
//   I2  of one conversation, an inbox has the rows 1, 2, 3, ... without a hole.
//   I3  archived <= visible <= used; a SyncKey handed out is the number of the last row handed
//       over, never the allocator's.
//   I4  nothing above the horizon is shown, noticed or confirmed; and nothing leaves after the
//       lease is over (core/lease.hpp).
// Routes (which connection reaches which device) are soft: access registers them at login, with
// every pull, and again when an owner says that it serves.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "engine/base/paged.hpp"
#include "engine/core/body_cache.hpp"
#include "engine/core/checkpoint.hpp"
#include "engine/core/role.hpp"
#include "engine/core/section_index.hpp"
#include "engine/core/section_log.hpp"

namespace glasspost {

class Mailbox {
 public:
  static constexpr std::uint32_t kStateVersion = 4;

  // One user's inbox.
  struct Inbox {
    std::uint64_t used = 0;      // the highest number given to a row
    std::uint64_t visible = 0;   // the highest number at or below the horizon
    std::uint64_t archived = 0;  // rows up to this number have left the memory
    bool notice_due = false;     // a notice waits for the end of delivery.notice-window

    template <class Archive>
    void fields(Archive& archive) {
      archive(used, visible, archived, notice_due);
    }
  };

  // Names a row: a line of an inbox.
  struct RowKey {
    UserId user;
    std::uint64_t inbox_number = 0;

    auto operator<=>(const RowKey&) const = default;

    template <class Archive>
    void fields(Archive& archive) {
      archive(user, inbox_number);
    }
  };

  // How far one conversation is indexed in one inbox.
  struct Indexed {
    std::uint64_t accepted = 0;  // the highest number taken in
    std::uint64_t durable = 0;   // the highest number at or below the horizon

    template <class Archive>
    void fields(Archive& archive) {
      archive(accepted, durable);
    }
  };

  // A row without a number yet.
  struct Unnumbered {
    UserId user;
    MessageKey message;

    template <class Archive>
    void fields(Archive& archive) {
      archive(user, message);
    }
  };

  // Rows whose numbers were asked for with one request, of one section of numbers.
  struct Question {
    std::deque<Unnumbered> rows;     // in order of arrival; empty: nothing is asked
    std::uint64_t ticket = 0;        // of the newest request: older answers do not count
    Time asked = Time(Duration(0));  // when it was sent
    std::uint32_t in_vain = 0;       // times that it met one who is not the owner
    bool asks_backup = false;        // seq.routing pair: the second of the two is asked

    template <class Archive>
    void fields(Archive& archive) {
      archive(rows, ticket, asked, in_vain, asks_backup);
    }
  };

  // Rows of one batch that wait for the horizon.
  struct Appended {
    std::uint64_t position = 0;
    Archived<v1::MailboxBatch> batch;

    template <class Archive>
    void fields(Archive& archive) {
      archive(position, batch);
    }
  };

  // Where a device can be reached.
  struct Route {
    Archived<v1::Origin> origin;
    std::uint64_t session = 0;  // of the login: a later login has a higher one
    std::uint64_t key = 0;      // of its newest sync: it has every row up to there

    template <class Archive>
    void fields(Archive& archive) {
      archive(origin, session, key);
    }
  };

  // What the log decides, but for the rows. Every checkpoint holds these tables.
  struct Folded {
    PagedMap<UserId, Inbox> inboxes;
    PagedMap<MemberKey, Indexed> indexed;

    template <class Archive>
    void fields(Archive& archive) {
      archive(inboxes, indexed);
    }
  };

  // Visible rows.
  using Rows = PagedMap<RowKey, MessageKey>;

  struct Section {
    SectionLog log;
    Folded folded;
    Rows rows;                            // since the newest checkpoint began
    Checkpoint<Folded, Rows> checkpoint;  // one being written; `closing`: the rows before it
    BlockCache<v1::InboxBlock> blocks;    // older rows, read back from the store
    PagedMap<DeviceId, Route> routes;
    BodyCache bodies;
    std::deque<Unnumbered> accepted;       // in order of arrival, numbers not asked for yet
    std::map<SectionId, Question> asking;  // by section of numbers: asked for
    std::deque<Appended> appended;         // numbered, not yet visible
    std::map<DeviceId, Archived<v1::Letter>> waiting;  // pulls that wait for bodies or rows
    std::map<MessageKey, Time> fetching;               // bodies on their way from homes: asked when
    std::map<RowKey, Time> reading;  // rows on their way from the store, after this one: asked when

    template <class Archive>
    void fields(Archive& archive) {
      archive(log, folded, rows, checkpoint, blocks, routes, bodies, accepted, asking, appended,
              waiting, fetching, reading);
    }
  };

  struct State {
    Address self;
    Config config;
    bool started = false;
    std::map<SectionId, Section> sections;
    std::map<SectionId, PastClaim> past;  // of sections that went to others in this life
    std::uint64_t ticket = 0;             // of the newest question to seq

    template <class Archive>
    void fields(Archive& archive) {
      archive(self, config, started, sections, past, ticket);
    }
  };

  explicit Mailbox(Address self) { state_.self = self; }

  void step(const Input& input, const Seen& seen, Outbox& out);
  std::string broken_invariant() const;

  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

 private:
  enum TimerKind : std::uint16_t {
    kLogRetry = 1,      // subject: section
    kNumbersRetry = 2,  // subject: section
    kNotice = 3,        // subject: user
    kPoll = 4           // leases are renewed
  };

  // mailbox.cpp: dispatch, take-over, visibility.
  void take_input(const Input& input, OwnerStep& step);
  void on_config(const Config& config, OwnerStep& step);
  void follow_routes(OwnerStep& step);
  void on_poll(OwnerStep& step);
  std::vector<Claim*> claims();
  void on_letter(const v1::Letter& letter, OwnerStep& step);
  void on_timer(TimerId timer, OwnerStep& step);
  void on_log_letter(const v1::Letter& letter, SectionId id, OwnerStep& step);
  void on_log_event(SectionId id, Section& section, const LogEvent& event, OwnerStep& step);
  void on_loaded(Section& section);
  void on_serving(SectionId id, Section& section, OwnerStep& step);
  void on_horizon(Section& section, OwnerStep& step);
  void show(Section& section, const v1::InboxRow& row);
  void show_replayed(Section& section, const v1::InboxRow& row, std::uint64_t position,
                     OwnerStep& step);
  static bool fits(const Section& section, const v1::InboxRow& row);
  void write_checkpoints(OwnerStep& step);
  void finish_checkpoint(Section& section, OwnerStep& step);

  // rows.cpp: accepted, numbered, appended.
  void on_index_rows(const v1::Letter& letter, OwnerStep& step);
  void ask_numbers(Section& section, OwnerStep& step);
  void ask_anew(Section& section) const;
  Address allocator_of(SectionId numbers, const Question& question) const;
  void send_ask(Section& section, SectionId numbers, OwnerStep& step);
  void on_numbers(const v1::NumbersTaken& taken, OwnerStep& step);
  void number_rows(Section& section, const v1::NumbersTaken& taken, OwnerStep& step);
  void on_numbers_refused(const v1::Letter& letter, OwnerStep& step);
  void on_numbers_retry(Section& section, OwnerStep& step);
  static void wake_for_numbers(const Section& section, OwnerStep& step);
  Section* section_asking(SectionId numbers, std::uint64_t ticket);  // null: nobody asks

  // pull.cpp: what a device has not seen yet.
  void on_pull(const v1::Letter& letter, OwnerStep& step);
  void answer_pull(Section& section, const v1::Letter& letter, OwnerStep& step);
  void fetch(Section& section, const std::vector<MessageKey>& missing, OwnerStep& step);
  void read_rows(Section& section, const RowKey& after, OwnerStep& step);
  void on_bodies(const v1::BodiesFetched& fetched, OwnerStep& step);
  void on_rows_read(Section& section, const v1::IndexPage& page, OwnerStep& step);
  void pull_again(Section& section, OwnerStep& step);

  // routes.cpp: where devices are, and notices to them.
  void register_route(Section& section, const v1::Origin& origin, std::uint64_t session,
                      OwnerStep& step);
  void on_forget(const v1::ForgetRoute& forget);
  void on_peer(const Peer& peer);
  void notice(Section& section, UserId user, std::uint64_t trace, OwnerStep& step);
  void send_notices(UserId user, std::uint64_t trace, OwnerStep& step);

  // locate.cpp: is there a row for a message? For administrators.
  void on_locate(const v1::Letter& letter, OwnerStep& step);

  // The section of a user's inbox, or null if this role does not own it.
  Section* section_of_user(std::uint32_t user);

  State state_;
};

extern template RoleBox RoleBox::of(Mailbox);

}  // namespace glasspost
