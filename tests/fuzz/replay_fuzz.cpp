// What a new owner reads of a section: batches of the log and parts of a checkpoint, any bytes.
// What must hold:
//   - a part that is whole is loaded as what is written again, in parts of any size;
//   - a log that an owner may have written is served as it stands: a home answers its messages, a
//     mailbox its rows, each in its place, whatever was settled;
//   - the same from a checkpoint of it, where there is one;
//   - no invariant breaks.
// The store between disk and owner is the real one. What no owner may have written (a number out of
// order, a payload that is none) is left out here: owners assert that they never meet it.
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/keys.hpp"
#include "engine/core/membership.hpp"
#include "engine/roles/conversation/conversation.hpp"
#include "engine/roles/mailbox/mailbox.hpp"
#include "engine/roles/store/store.hpp"
#include "engine/storage/memory_store.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

constexpr Address kStore{RoleKind::kStore, 1};
constexpr Address kAccess{RoleKind::kAccess, 1};
constexpr std::uint32_t kUsers = 100;
constexpr std::size_t kBatchesMax = 20;

Config small_config(bool checkpoints) {
  Config config;
  config.users_per_section = kUsers;
  config.conversation_owners = {{RoleKind::kConversation, 1}};
  config.mailbox_owners = {{RoleKind::kMailbox, 1}};
  config.seq_owners = {{RoleKind::kSeq, 1}};
  config.replicas = {kStore};
  config.checkpoint_part_bytes = 60;
  if (checkpoints) config.checkpoint_tail_bytes = 1;
  return config;
}

// An owner of one section and its store, two processes that die together.
template <class Owner>
class Bench {
 public:
  explicit Bench(Address self) : self_(self) {}

  // A life: the owner takes its section over. That its former life has ended is certified, or it
  // would wait for that one's lease.
  void live(MemoryStore& disk, Config config) {
    disk_ = &disk;
    config.ended[self_] = boot_;
    ++boot_.value;
    owner_ = Owner(self_);
    store_ = Store(kStore);
    Input input;
    input.kind = Input::Kind::kConfig;
    input.config = &config;
    step_owner(input);
    Outbox nothing;
    store_.step(input, seen(), nothing);
    input.kind = Input::Kind::kStart;
    step_owner(input);
    run();
    must(owner_.state().sections.begin()->second.log.serving(), "a log is taken over");
    must(store_.broken_invariant().empty(), store_.broken_invariant());
  }

  // A question to the owner; what it says to others than its store is kept in `said`.
  void ask(v1::Letter&& question) {
    to_owner_.push_back(std::move(question));
    run();
  }

  std::vector<v1::Letter> said;

 private:
  void run() {
    while (!to_owner_.empty() || !to_store_.empty()) {
      Input input;
      input.kind = Input::Kind::kLetters;
      const std::vector<v1::Letter> asked = std::exchange(to_store_, {});
      input.letters = asked;
      Outbox out;
      store_.step(input, seen(), out);
      disk_->apply(out.puts);
      take(kStore, std::move(out));
      const std::vector<v1::Letter> answered = std::exchange(to_owner_, {});
      if (answered.empty()) continue;
      input.letters = answered;
      step_owner(input);
    }
  }

  void step_owner(const Input& input) {
    Outbox out;
    owner_.step(input, seen(), out);
    must(owner_.broken_invariant().empty(), owner_.broken_invariant());
    take(self_, std::move(out));
  }

  void take(Address from, Outbox&& out) {
    for (Send& send : out.sends) {
      send.letter.set_source(pack(from));
      send.letter.set_source_boot(boot_.value);
      const Address target = unpack(send.letter.target());
      if (target == kStore) {
        to_store_.push_back(std::move(send.letter));
      } else if (target == self_ && from == kStore) {
        to_owner_.push_back(std::move(send.letter));
      } else {
        said.push_back(std::move(send.letter));
      }
    }
  }

  Seen seen() {
    return {.now = time_from_us(5'000'000),
            .wall_ms = 1,
            .boot = boot_,
            .store = *disk_,
            .step = ++steps_};
  }

  Address self_;
  Owner owner_{self_};
  Store store_{kStore};
  MemoryStore* disk_ = nullptr;
  BootId boot_{0};
  std::uint64_t steps_ = 0;
  std::vector<v1::Letter> to_owner_;
  std::vector<v1::Letter> to_store_;
};

// A disk on which an older owner has left these batches.
MemoryStore disk_with(SectionId section, const std::vector<std::string>& payloads,
                      std::uint64_t settled) {
  std::vector<Put> puts;
  for (std::size_t index = 0; index < payloads.size(); ++index) {
    v1::LogBatch batch;
    batch.set_epoch(1);
    batch.set_position(index + 1);
    batch.set_settled(std::min<std::uint64_t>(settled, index));
    batch.set_payload(payloads[index]);
    puts.push_back(
        {Put::Kind::kSet, keys::log_batch(section, index + 1), batch.SerializeAsString()});
  }
  v1::SectionRecord record;
  record.set_sealed_epoch(1);
  record.set_start_epoch(1);
  record.set_start_first(1);
  puts.push_back({Put::Kind::kSet, keys::section_record(section), record.SerializeAsString()});
  v1::RegisterRecord owner;
  owner.set_epoch(1);
  puts.push_back({Put::Kind::kSet, keys::section_register(section), owner.SerializeAsString()});
  MemoryStore disk;
  disk.apply(puts);
  return disk;
}

// What a home's log says, and whether a home may have written its next batch.
class HomeModel {
 public:
  bool accepts(const std::string& payload) {
    v1::ConversationBatch batch;
    if (payload.empty() || !batch.ParseFromString(payload)) return false;
    HomeModel after = *this;
    for (const v1::ConversationEntry& entry : batch.entries()) {
      if (entry.has_indexed_to() ? !after.take(entry.indexed_to()) : !after.take(entry.message()))
        return false;
    }
    *this = std::move(after);
    return true;
  }

  std::map<std::uint64_t, std::vector<v1::StoredMessage>> messages;  // by conversation

 private:
  bool take(const v1::IndexedTo& indexed) {
    const auto found = messages.find(indexed.conversation());
    if (found == messages.end() || indexed.number() > found->second.size()) return false;
    std::uint64_t& newest = indexed_[indexed.conversation()];
    if (indexed.number() < newest) return false;
    newest = indexed.number();
    return true;
  }
  bool take(const v1::StoredMessage& message) {
    const ConversationId conversation{message.conversation()};
    if (!is_pair(conversation) || higher_member(conversation).value > kUsers) return false;
    if (message.number() != messages[conversation.value].size() + 1) return false;
    if (message.client_id() == 0 ||
        !used_.insert({conversation.value, message.sender_device(), message.client_id()}).second) {
      return false;
    }
    messages[conversation.value].push_back(message);
    return true;
  }

  std::map<std::uint64_t, std::uint64_t> indexed_;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> used_;
};

void check_history(Bench<Conversation>& home, const HomeModel& model) {
  for (const auto& [conversation, messages] : model.messages) {
    std::size_t shown = 0;
    while (shown < messages.size()) {
      v1::Letter letter;
      letter.set_source(pack({RoleKind::kLogic, 1}));
      v1::ReadHistory& read = *letter.mutable_read_history();
      read.mutable_origin()->set_access(pack(kAccess));
      read.mutable_origin()->set_user(lower_member(ConversationId{conversation}).value);
      read.mutable_history()->set_conversation(conversation);
      read.mutable_history()->set_from(shown + 1);
      home.said.clear();
      home.ask(std::move(letter));
      must(home.said.size() == 1 && home.said[0].has_history_read(), "history is answered");
      const v1::HistoryPage& page = home.said[0].history_read().page();
      must(page.newest() == messages.size(), "all that the log holds is committed");
      must(page.messages_size() > 0, "history goes on");
      for (const v1::Message& message : page.messages()) {
        const v1::StoredMessage& wanted = messages[shown++];
        must(message.number() == wanted.number() && message.text() == wanted.text() &&
                 message.sender_device() == wanted.sender_device(),
             "history is what the log says");
      }
    }
  }
}

// What a mailbox's log says, and whether a mailbox may have written its next batch.
class InboxModel {
 public:
  bool accepts(const std::string& payload) {
    v1::MailboxBatch batch;
    if (payload.empty() || !batch.ParseFromString(payload)) return false;
    InboxModel after = *this;
    for (const v1::InboxRow& row : batch.rows()) {
      if (!after.take(row)) return false;
    }
    *this = std::move(after);
    return true;
  }

  std::map<std::uint32_t, std::vector<v1::InboxRow>> rows;  // by user

 private:
  bool take(const v1::InboxRow& row) {
    if (row.user() < 1 || row.user() > kUsers || row.inbox_number() >= std::uint64_t{1} << 63) {
      return false;
    }
    std::vector<v1::InboxRow>& inbox = rows[row.user()];
    if (row.inbox_number() <= (inbox.empty() ? 0 : inbox.back().inbox_number())) return false;
    if (row.number() != ++indexed_[{row.conversation(), row.user()}]) return false;
    inbox.push_back(row);
    return true;
  }

  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> indexed_;
};

// The homes send what bodies they are asked for.
void send_bodies(Bench<Mailbox>& mailbox) {
  for (const v1::Letter& asked : std::exchange(mailbox.said, {})) {
    if (!asked.has_fetch_bodies()) {
      mailbox.said.push_back(asked);
      continue;
    }
    v1::Letter letter;
    letter.set_source(pack({RoleKind::kConversation, 1}));
    v1::BodiesFetched& fetched = *letter.mutable_bodies_fetched();
    fetched.set_conversation(asked.fetch_bodies().conversation());
    for (const std::uint64_t number : asked.fetch_bodies().numbers()) {
      v1::StoredMessage& message = *fetched.add_messages();
      message.set_conversation(asked.fetch_bodies().conversation());
      message.set_number(number);
      message.set_text("a text");
    }
    mailbox.ask(std::move(letter));
  }
}

void check_inboxes(Bench<Mailbox>& mailbox, const InboxModel& model) {
  for (const auto& [user, rows] : model.rows) {
    std::size_t shown = 0;
    std::uint64_t key = 0;
    while (shown < rows.size()) {
      v1::Letter letter;
      letter.set_source(pack(kAccess));
      v1::PullRows& pull = *letter.mutable_pull_rows();
      pull.mutable_origin()->set_access(pack(kAccess));
      pull.mutable_origin()->set_user(user);
      pull.mutable_origin()->set_device(device_of(UserId{user}, 1).value);
      pull.set_session(1);
      pull.set_key(key);
      mailbox.said.clear();
      mailbox.ask(std::move(letter));
      for (int round = 0; round < 3 && !mailbox.said.empty() && !mailbox.said[0].has_rows_pulled();
           ++round) {
        send_bodies(mailbox);
      }
      must(!mailbox.said.empty() && mailbox.said[0].has_rows_pulled(), "a pull is answered");
      const v1::SyncPage& page = mailbox.said[0].rows_pulled().page();
      must(page.messages_size() > 0 && page.key() > key, "a pull goes on");
      key = page.key();
      for (const v1::Message& message : page.messages()) {
        const v1::InboxRow& wanted = rows[shown++];
        must(message.inbox_number() == wanted.inbox_number() &&
                 message.conversation() == wanted.conversation() &&
                 message.number() == wanted.number(),
             "a page is what the log says");
      }
      must(page.more() == (shown < rows.size()), "a page tells whether there is more");
    }
  }
}

// Serves a log, then what a checkpoint has made of it.
template <class Owner, class Model, class Check>
void check_log(Pieces& input, SectionKind kind, Address self, Check check) {
  const unsigned how = input.byte();
  Model model;
  std::vector<std::string> payloads;
  while (!input.empty() && payloads.size() < kBatchesMax) {
    std::string payload(input.piece());
    if (model.accepts(payload)) payloads.push_back(std::move(payload));
  }
  if (payloads.empty()) return;
  MemoryStore disk = disk_with(section_of(kind, 0), payloads, how >> 1);
  Bench<Owner> bench(self);
  static const Config plain = small_config(false);
  static const Config with_checkpoints = small_config(true);
  const Config& config = (how & 1) == 0 ? plain : with_checkpoints;
  bench.live(disk, config);
  check(bench, model);
  if ((how & 1) == 0) return;
  bench.live(disk, config);
  check(bench, model);
}

// Loads a part, and writes what it holds again, in parts.
template <class Folded>
void check_part(std::string_view part, std::size_t bytes_max) {
  Folded folded;
  PartReader reader(part);
  folded.fields(reader);
  if (!reader.whole()) return;
  const std::uint64_t hash = hash_state(folded);
  Folded rest = folded;
  Folded again;
  for (std::size_t parts = 0; parts <= part.size(); ++parts) {
    PartWriter writer(bytes_max + 1);
    rest.fields(writer);
    if (writer.rows() == 0) break;
    load_part(again, writer.take_bytes());
  }
  must(hash_state(again) == hash, "parts are loaded as what was written");
}

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost;
  using namespace glasspost::fuzz;
  Pieces input(data, size);
  switch (input.byte() % 4) {
    case 0:
      check_log<Conversation, HomeModel>(input, SectionKind::kConversation,
                                         {RoleKind::kConversation, 1}, check_history);
      break;
    case 1:
      check_log<Mailbox, InboxModel>(input, SectionKind::kMailbox, {RoleKind::kMailbox, 1},
                                     check_inboxes);
      break;
    case 2: {
      const std::size_t bytes_max = input.byte();
      check_part<Conversation::Folded>(input.rest(), bytes_max);
      break;
    }
    default: {
      const std::size_t bytes_max = input.byte();
      check_part<Mailbox::Folded>(input.rest(), bytes_max);
      break;
    }
  }
  return 0;
}
