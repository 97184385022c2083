// A running cluster: facts from its hub, deeds through its supervisor, phones on its access ports.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/archive.hpp"
#include "engine/base/text.hpp"
#include "engine/control/identity.hpp"
#include "engine/control/topology.hpp"
#include "engine/core/failure.hpp"
#include "engine/core/keys.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/live_source.hpp"
#include "engine/live/phone_bank.hpp"
#include "engine/roles/client/client.hpp"
#include "engine/storage/memory_store.hpp"
#include "viz/app/session.hpp"

namespace glasspost::viz {
namespace {

// Choices and faults as orders to the supervisor.
class LiveDriver final : public Driver {
 public:
  explicit LiveDriver(Steward& steward) : steward_(steward) {}

  std::string no_choice_because(const std::string& key) const override {
    if (key == "topology.placement") return "set when a cluster is made: glasspost up --placement";
    return {};
  }
  void set_choice(const std::string& key, const std::string& value) override {
    steward_.set_choice(key, value);
  }

  std::string no_fault_because(FaultTool tool) const override {
    if (tool == FaultTool::kKill || tool == FaultTool::kFreeze) return {};
    return "in a simulation only, so far";
  }
  void strike(FaultTool tool, const std::string& process) override {
    if (tool == FaultTool::kKill) steward_.strike(process, v1::PROCESS_SIGNAL_KILL);
    if (tool != FaultTool::kFreeze) return;
    const std::vector<std::string> paused = all_paused();
    const bool thaws = std::find(paused.begin(), paused.end(), process) != paused.end();
    steward_.strike(process, thaws ? v1::PROCESS_SIGNAL_RESUME : v1::PROCESS_SIGNAL_PAUSE);
  }
  void heal_all() override {
    for (const std::string& process : all_paused())
      steward_.strike(process, v1::PROCESS_SIGNAL_RESUME);
  }
  std::vector<std::string> take_refusals() override { return steward_.take_refusals(); }

 private:
  // As the supervisor has it: somebody else may have paused or resumed one.
  std::vector<std::string> all_paused() const {
    std::vector<std::string> paused;
    for (const v1::ProcessStatus& process : steward_.known().processes) {
      if (process.state() == "paused") paused.push_back(process.name());
    }
    return paused;
  }

  Steward& steward_;
};

// Users with a token here have a name; of others there is the number.
class LiveNumbers final : public NumberDesk {
 public:
  LiveNumbers(const RunDirectory& directory, Steward& steward)
      : directory_(directory), steward_(steward) {}

  // Who owns what may change, and the cut of the users, too; how many there can be does not.
  void read() {
    if (config_.seq_owners.empty()) {
      const Result<std::string> text = directory_.read(directory_.topology_file());
      if (!text) return;
      const Result<Topology> topology = parse_topology(*text, directory_.topology_file());
      if (topology) config_ = topology->config;
    }
    names_ = known_names(directory_);
  }

  std::vector<Numbered> users_of(SectionId section, std::size_t most) const override {
    return numbered_users(config_, names_, section, most);
  }
  void ask(UserId user) override {
    const auto name = names_.find(user);
    steward_.ask_numbers(user,
                         name == names_.end() ? to_text(user) : escape_controls(name->second));
  }
  std::string sentence() const override { return steward_.known().number_because; }

 private:
  const RunDirectory& directory_;
  Steward& steward_;
  Config config_;
  std::map<UserId, std::string> names_;
};

// A phone of the console keeps its disk in memory: its client ids start above those of every
// earlier one (by the clock), and its inbox begins anew.
PhoneStart make_phone(const DeviceIdentity& identity, std::uint16_t port) {
  auto memory = std::make_shared<MemoryStore>();
  const std::uint64_t key = 0;
  const std::uint64_t client_ids = static_cast<std::uint64_t>(wall_now_ms()) * 1'000;
  ByteWriter writer;
  Saver saver(writer);
  saver(key, client_ids);
  const Put put{Put::Kind::kSet, keys::device_self(), writer.take()};
  memory->apply(std::span(&put, 1));
  Process process;
  process.station.boot = BootId{static_cast<std::uint64_t>(wall_now_ms())};
  process.station.random_seed = mix64(process.station.boot.value ^ identity.device.value);
  const Address self{RoleKind::kDevice, 1};
  add_role(process, self, RoleBox::of(Client(self, {identity.device, identity.token})));
  PhoneStart start{std::move(process), {*memory, *memory, {}, {}}, memory, {}, {}};
  start.link.port = port;
  start.link.seed = mix64(identity.device.value);
  start.standing = [](const RoleBox& role) {
    const Client::State& state = role.as<Client>().state();
    PhoneStanding standing;
    standing.logged_in = state.login == Client::Login::kIn;
    standing.airplane = state.airplane;
    if (state.login == Client::Login::kRefused) standing.trouble = "its token was refused";
    if (state.login == Client::Login::kEnded) standing.trouble = "logged in elsewhere";
    standing.key = state.key;
    for (const auto& [client_id, unsent] : state.unsent)
      standing.unsent.push_back({client_id, unsent.conversation, unsent.text, unsent.tries});
    return standing;
  };
  return start;
}

// Three phones: alice's, bob's, and alice's second device.
class LiveDeck final : public PhoneDeck {
 public:
  LiveDeck(const RunDirectory& directory, const Player& player)
      : directory_(directory), player_(player), bank_(directory.hub_socket()) {}

  // Opens the phones as soon as there is a port to call.
  void feed(const Steward::Known& known) {
    if (phones_.empty() && known.port(0) != 0) open(known);
    for (const PhoneNews& news : bank_.take())
      take(news);
  }

  std::vector<Phone>& phones() override { return phones_; }
  void compose(std::size_t phone, ConversationId conversation, std::string_view text) override {
    bank_.compose(phone, conversation, std::string(text));
  }
  void set_airplane(std::size_t phone, bool on) override { bank_.set_airplane(phone, on); }
  const std::map<UserId, std::string>& people() const override { return people_; }
  std::string none_because() const override {
    return phones_.empty() ? "no phone has a token here: preset classroom makes some"
                           : std::string();
  }

  ShownOn shown(ConversationId conversation, std::uint64_t number) const override {
    const MessageStory* story = player_.model().messages().find(MessageKey{conversation, number});
    if (story == nullptr || !is_pair(conversation)) return {};
    const UserId sender = user_of(story->sender);
    const UserId other = lower_member(conversation) == sender ? higher_member(conversation)
                                                              : lower_member(conversation);
    return shown_on(player_.model(), *story, other);
  }

 private:
  void open(const Steward::Known& known) {
    people_ = known_names(directory_);
    const std::pair<const char*, unsigned> wanted[] = {{"alice", 1}, {"bob", 1}, {"alice", 2}};
    std::size_t wish = 0;
    for (const auto& [user, index] : wanted) {
      const Result<DeviceIdentity> identity = find_identity(directory_, user, index);
      if (!identity) continue;
      bank_.add(make_phone(*identity, known.port(wish++)));
      Phone& phone = phones_.emplace_back(identity->device);
      phone.owner = user;
    }
    open_first_conversation();
  }

  // The first thing that one sees is the conversation of alice and bob.
  void open_first_conversation() {
    std::map<std::string, UserId> ids;
    for (const auto& [id, name] : people_)
      ids[name] = id;
    if (!ids.contains("alice") || !ids.contains("bob")) return;
    for (Phone& phone : phones_)
      phone.book.open(pair_of(ids["alice"], ids["bob"]));
  }

  void take(const PhoneNews& news) {
    Phone& phone = phones_.at(news.phone);
    std::vector<WaitingText> waiting;
    for (const PhoneUnsent& unsent : news.standing.unsent)
      waiting.push_back({unsent.client_id, unsent.conversation, unsent.text, unsent.tries});
    phone.book.waiting(waiting);
    if (news.letter.has_message_shown()) phone.book.shown(news.letter.message_shown());
    if (news.letter.has_text_sent()) phone.book.sent(news.letter.text_sent());
    if (news.letter.has_text_failed()) {
      phone.book.refused(news.letter.text_failed().client_id(),
                         std::string(sentence_of(news.letter.text_failed().code())));
    }
    phone.connected = news.standing.connected;
    phone.logged_in = news.standing.connected && news.standing.logged_in;
    phone.airplane = news.standing.airplane;
    phone.trouble = news.standing.trouble;
    phone.key = news.standing.key;
    phone.unsent = news.standing.unsent.size();
  }

  RunDirectory directory_;
  const Player& player_;
  std::vector<Phone> phones_;
  std::map<UserId, std::string> people_;
  PhoneBank bank_;
};

class LiveSession final : public Session {
 public:
  explicit LiveSession(const std::string& path)
      : directory_(path),
        steward_(path),
        driver_(steward_),
        deck_(directory_, player_),
        numbers_(directory_, steward_),
        source_(directory_.hub_socket()) {}

  bool feed(double seconds) override {
    const Steward::Known known = steward_.known();
    deck_.feed(known);
    if (!numbers_read_ && known.reachable) {
      numbers_.read();
      numbers_read_ = true;
    }
    const bool changed = take(source_, kNever, seconds);
    if (source_.trouble().empty() || film_.end() == 0) return changed;
    // Time goes on without a word: what stands on the screen gets old.
    FactBatch silence;
    silence.until = station_now();
    // The hub ended with the others and could not tell. Nobody is on line at a process that ended.
    if (known.gone) silence.facts = film_.newest().processes().ends_of_all(silence.until);
    film_.append(silence);
    player_.advance(0);
    return true;
  }
  Mode mode() const override { return Mode::kReal; }
  Driver& driver() override { return driver_; }
  PhoneDeck& deck() override { return deck_; }
  NumberDesk& numbers() override { return numbers_; }
  Steward* steward() override { return &steward_; }
  Config config() const override {
    const Result<std::string> text = directory_.read(directory_.topology_file());
    if (!text) return {};
    const Result<Topology> topology = parse_topology(*text, directory_.topology_file());
    return topology ? topology->config : Config{};
  }
  std::string trouble() const override { return source_.trouble(); }

 private:
  RunDirectory directory_;
  Steward steward_;
  LiveDriver driver_;
  LiveDeck deck_;
  LiveNumbers numbers_;
  bool numbers_read_ = false;
  LiveSource source_;
};

}  // namespace

std::unique_ptr<Session> open_live(const std::string& directory) {
  return std::make_unique<LiveSession>(directory);
}

}  // namespace glasspost::viz
