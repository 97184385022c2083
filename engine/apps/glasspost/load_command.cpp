// glasspost load: many people at once, on real connections, and a check of what became of every
// text: each acknowledged one must be shown exactly once on every device of both people, in one
// order.
//
// With --journal the population keeps its disks (population_disk.hpp), may be killed at any instant
// and goes on where it was; the check is then somebody else's, with what --dump prints.
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>
#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/device.hpp"
#include "engine/apps/glasspost/not_empty.hpp"
#include "engine/apps/glasspost/population_disk.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/histogram.hpp"
#include "engine/base/message_key.hpp"
#include "engine/base/text.hpp"
#include "engine/core/limits.hpp"
#include "engine/live/clocks.hpp"
#include "engine/roles/client/client.hpp"

namespace glasspost {
namespace {

constexpr double kInterruptedPatience = 2;  // seconds, for what is on its way

struct LoadOptions : ClusterOptions {
  std::uint32_t users = 10;
  std::uint32_t devices = 2;
  double rate = 100;
  unsigned seconds = 10;
  unsigned patience = 30;
  std::string journal;  // a directory, or empty: nothing is kept
  bool dump = false;
};

class Load;

// One device of the population.
class LoadDevice final : public DeviceEvents {
 public:
  LoadDevice(Load& load, DeviceIdentity identity) : load_(load), identity_(std::move(identity)) {}
  void heard(const v1::Letter& letter) override;
  void connected(bool) override {}
  void disk_failed(const Error& error) override;  // the journal's: all devices are on it

  // Its name and where it stands, for complaints.
  std::string describe() const;

  Load& load_;
  DeviceIdentity identity_;
  std::unique_ptr<DeviceDisk> disk_;  // with a journal
  std::unique_ptr<Device> device_;
  std::map<MessageKey, std::string> shown_;         // text by message
  std::map<ConversationId, std::uint64_t> newest_;  // highest number shown
};

// The whole population and its books.
class Load {
 public:
  Load(uv_loop_t* loop, LoadOptions options)
      : loop_(loop),
        options_(std::move(options)),
        publisher_(loop, RunDirectory(options_.directory).hub_socket()),
        random_(static_cast<std::uint64_t>(wall_now_ms())) {}

  Status begin();

  void on_sent(const LoadDevice& device, const v1::TextSent& sent) {
    if (journal_) {
      journal_->acknowledged(device.identity_.device, sent.client_id(),
                             ConversationId{sent.conversation()}, sent.number());
    }
    const auto found = composed_.find({device.identity_.device, sent.client_id()});
    if (found == composed_.end()) return;
    latency_us_.add(static_cast<std::uint64_t>((station_now() - found->second.at).count()));
    const MessageKey key{ConversationId{sent.conversation()}, sent.number()};
    if (!journal_ && !acknowledged_.emplace(key, found->second.text).second)
      complain_about("acknowledged twice", key);
    composed_.erase(found);
  }

  void on_failed(const LoadDevice& device, const v1::TextFailed& failed) {
    ++refused_;
    if (journal_) journal_->refused(device.identity_.device, failed.client_id(), failed.code());
  }

  bool keeps_a_journal() const { return journal_ != nullptr; }

  void complain_about(const std::string& what, const MessageKey& key) {
    ++wrong_;
    if (first_wrong_.empty()) first_wrong_ = to_text(key) + ": " + what;
  }

  // Nobody writes any more; what is on its way may still arrive. Asked twice, it ends at once.
  void interrupt() {
    if (std::exchange(interrupted_, true)) return uv_stop(loop_);
    writing_ = std::min(writing_, seconds_passed());
    patience_ = std::min(patience_, kInterruptedPatience);
  }

  int finish();
  uv_loop_t* loop_;

 private:
  struct Composed {
    Time at;
    std::string text;
  };

  Result<Population> people();
  Status find_devices(const Population& people);
  Status connect(LoadDevice& device, std::uint16_t port);
  void tick();
  bool is_over() const;
  void compose();
  std::uint64_t waiting() const;
  bool all_shown() const;
  std::vector<std::pair<MessageKey, const LoadDevice*>> not_shown() const;
  void judge();
  std::string verdict() const;
  int finish_journal();
  void progress() const;
  double seconds_passed() const {
    return static_cast<double>((station_now() - began_).count()) / 1e6;
  }

  LoadOptions options_;
  FactPublisher publisher_;
  Random random_;
  std::unique_ptr<PopulationDisk> journal_;
  std::vector<std::unique_ptr<LoadDevice>> devices_;
  uv_timer_t timer_{};
  uv_signal_t interrupt_{};
  double writing_ = options_.seconds;    // so long they write
  double patience_ = options_.patience;  // and so long the last texts are waited for
  bool interrupted_ = false;
  Time began_;
  std::uint64_t texts_ = 0;                                          // by all lives of the journal
  std::uint64_t texts_before_ = 0;                                   // by earlier ones
  std::map<std::pair<DeviceId, std::uint64_t>, Composed> composed_;  // not acknowledged yet
  std::map<DeviceId, std::uint64_t> client_ids_;
  std::map<MessageKey, std::string> acknowledged_;
  Histogram latency_us_;
  std::uint64_t refused_ = 0;
  std::uint64_t wrong_ = 0;
  std::uint64_t missing_ = 0;
  std::uint64_t unreached_ = 0;  // of these, on devices without a connection
  bool cut_off_ = false;         // a text waits for a device that has none, or for its answer
  unsigned looks_ = 0;
  std::string first_wrong_;
  std::optional<Error> disk_error_;
  friend class LoadDevice;
};

void LoadDevice::heard(const v1::Letter& letter) {
  if (letter.has_text_sent()) return load_.on_sent(*this, letter.text_sent());
  if (letter.has_text_failed()) return load_.on_failed(*this, letter.text_failed());
  const v1::Message& message = letter.message_shown();
  const MessageKey key{ConversationId{message.conversation()}, message.number()};
  if (!load_.keeps_a_journal() && !shown_.emplace(key, message.text()).second)
    load_.complain_about("shown twice", key);
  std::uint64_t& newest = newest_[key.conversation];
  if (key.number <= newest) load_.complain_about("shown out of order", key);
  newest = key.number;
}

void LoadDevice::disk_failed(const Error& error) {
  load_.disk_error_ = error;
  uv_stop(load_.loop_);
}

std::string LoadDevice::describe() const {
  const Client::State& state = device_->host().role().as<Client>().state();
  constexpr const char* kLogins[] = {"logging in", "logged in", "refused", "ended"};
  return fmt::format(
      "{} ({}, {}, key {}, newest heard of {}, {} texts waiting)", to_text(identity_.device),
      device_->host().is_up() ? "connected" : "no connection",
      kLogins[static_cast<std::size_t>(state.login)], state.key, state.newest, state.unsent.size());
}

// Who takes part: as the journal says, if there is one.
Result<Population> Load::people() {
  if (options_.journal.empty()) return Population{"", options_.users, options_.devices};
  if (const Status there = find_journal(options_.journal, true); !there) return there.error();
  Result<std::unique_ptr<PopulationDisk>> opened = PopulationDisk::open(options_.journal);
  if (!opened) return opened.error();
  journal_ = std::move(*opened);
  const Population asked{fmt::format("{:x}", wall_now_ms()), options_.users, options_.devices};
  std::optional<Population> known = journal_->population();
  if (!known) {
    journal_->set_population(asked);
    return asked;
  }
  if (known->users != asked.users || known->devices != asked.devices) {
    return Error{
        Code::kConflict,
        fmt::format("the journal in {} is of {} users with {} devices; say --users {} "
                    "--devices {}, or choose another directory",
                    options_.journal, known->users, known->devices, known->users, known->devices)};
  }
  return *known;
}

// Asks for every user; those that are there already stay as they are.
Status Load::find_devices(const Population& people) {
  const RunDirectory directory(options_.directory);
  for (std::uint32_t user = 1; user <= people.users; ++user) {
    const std::string name = people.name_of(user);
    const Result<v1::UserAdded> created = create_user(directory, name, people.devices);
    if (!created) return created.error();
    for (unsigned index = 1; index <= people.devices; ++index) {
      const Result<DeviceIdentity> identity = find_identity(directory, created->name(), index);
      if (!identity) return identity.error();
      devices_.push_back(std::make_unique<LoadDevice>(*this, *identity));
    }
  }
  return ok();
}

Status Load::connect(LoadDevice& device, std::uint16_t port) {
  if (journal_) {
    journal_->add_device(device.identity_.device);
    device.disk_ = std::make_unique<DeviceDisk>(*journal_, device.identity_.device);
  }
  DeviceDisk* disk = device.disk_.get();
  Result<std::unique_ptr<Device>> opened =
      disk == nullptr
          ? Device::open_forgetful(loop_, device.identity_, port, device)
          : Device::open_on(loop_, device.identity_, port,
                            {*disk, *disk, {}, [disk] { return disk->status(); }}, device);
  if (!opened) return opened.error();
  device.device_ = std::move(*opened);
  device.device_->host().publish_to(&publisher_);
  return ok();
}

Status Load::begin() {
  const Result<Population> population = people();
  if (!population) return population.error();
  if (const Status found = find_devices(*population); !found) return found.error();
  const RunDirectory directory(options_.directory);
  for (std::size_t index = 0; index < devices_.size(); ++index) {
    const Result<std::uint16_t> port = access_port(directory, index);
    if (!port) return port.error();
    if (const Status begun = connect(*devices_[index], *port); !begun) return begun.error();
  }
  if (journal_) texts_ = journal_->texts();
  texts_before_ = texts_;
  began_ = station_now();
  uv_timer_init(loop_, &timer_);
  timer_.data = this;
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<Load*>(timer->data)->tick(); }, 1, 1);
  uv_signal_init(loop_, &interrupt_);
  interrupt_.data = this;
  uv_signal_start(
      &interrupt_, [](uv_signal_t* heard, int) { static_cast<Load*>(heard->data)->interrupt(); },
      SIGINT);
  return ok();
}

void Load::tick() {
  const double passed = seconds_passed();
  const double wanted = interrupted_ ? 0 : std::min(passed, writing_) * options_.rate;
  const unsigned most = static_cast<unsigned>(wanted) + 1;
  for (unsigned tries = 0; static_cast<double>(texts_ - texts_before_) < wanted && tries < most;
       ++tries) {
    compose();
  }
  progress();
  if (passed < writing_) return;
  if (passed > writing_ + patience_) return uv_stop(loop_);
  // Looking at every text on every device takes a while: not in every tick.
  constexpr unsigned kTicksPerLook = 100;
  if (++looks_ % kTicksPerLook == 0 && is_over()) uv_stop(loop_);
}

bool Load::is_over() const {
  return journal_ ? all_shown() : composed_.empty() && not_shown().empty();
}

// Texts that no answer came for, those of earlier lives among them.
std::uint64_t Load::waiting() const {
  std::uint64_t count = 0;
  for (const auto& device : devices_)
    count += device->device_->host().role().as<Client>().state().unsent.size();
  return count;
}

// Numbers are dense: a conversation of n texts has been shown when n has. Only to know when to
// stop; the checker outside takes nothing for granted.
bool Load::all_shown() const {
  if (waiting() != 0) return false;
  for (const auto& device : devices_) {
    const auto& shown = device->device_->host().role().as<Client>().state().shown;
    for (const auto& [conversation, texts] : journal_->texts_by_conversation()) {
      const UserId user = device->device_->user();
      if (user != lower_member(conversation) && user != higher_member(conversation)) continue;
      const auto found = shown.find(conversation);
      if (found == shown.end() || found->second < texts) return false;
    }
  }
  return true;
}

void Load::compose() {
  LoadDevice& from = *devices_[random_.below(devices_.size())];
  LoadDevice& to = *devices_[random_.below(devices_.size())];
  const UserId me = from.device_->user();
  const UserId other = to.device_->user();
  if (me == other) return;
  const Client::State& state = from.device_->host().role().as<Client>().state();
  if (state.unsent.size() >= limits::kUnsentTextsMax) return;  // a person would wait, too
  // The role numbers its texts from where the disk left off, one by one; so do these books.
  const std::uint64_t before = state.client_ids;
  std::string text = fmt::format("load {} from {}", ++texts_, from.identity_.device.value);
  composed_[{from.identity_.device, before + 1}] = {station_now(), text};
  from.device_->host().compose(pair_of(me, other), text);
}

// Acknowledged texts that some device of the two people has not shown.
std::vector<std::pair<MessageKey, const LoadDevice*>> Load::not_shown() const {
  std::map<UserId, std::vector<const LoadDevice*>> by_user;
  for (const auto& device : devices_)
    by_user[device->device_->user()].push_back(device.get());
  std::vector<std::pair<MessageKey, const LoadDevice*>> missing;
  for (const auto& [key, text] : acknowledged_) {
    std::vector<const LoadDevice*> devices = by_user[lower_member(key.conversation)];
    const std::vector<const LoadDevice*>& others = by_user[higher_member(key.conversation)];
    devices.insert(devices.end(), others.begin(), others.end());
    for (const LoadDevice* device : devices) {
      if (!device->shown_.contains(key)) missing.emplace_back(key, device);
    }
  }
  return missing;
}

// Every acknowledged text, on every device of both people.
void Load::judge() {
  for (const auto& [key, device] : not_shown()) {
    ++missing_;
    if (interrupted_) continue;  // it could still come
    if (device->device_->host().is_up()) {
      complain_about("not shown on " + device->describe(), key);
    } else {  // it may be in an inbox that this device cannot ask
      ++unreached_;
      cut_off_ = true;
    }
  }
  for (const auto& device : devices_) {
    for (const auto& [key, text] : device->shown_) {
      const auto sent = acknowledged_.find(key);
      if (sent == acknowledged_.end() || sent->second == text) continue;
      complain_about("shown with another text on " + to_text(device->identity_.device), key);
    }
    const auto waits = composed_.lower_bound({device->identity_.device, 0});
    const bool has_one = waits != composed_.end() && waits->first.first == device->identity_.device;
    cut_off_ = cut_off_ || (has_one && !device->device_->host().is_up());
  }
}

std::string Load::verdict() const {
  if (wrong_ > 0) return fmt::format("WRONG {}; first {}", counted(wrong_, "time"), first_wrong_);
  if (cut_off_) {
    return fmt::format(
        "Cannot tell: some devices had no connection; {} had still to be shown on "
        "them. See `glasspost status`.",
        counted(unreached_, "text"));
  }
  if (acknowledged_.empty()) return "No text was acknowledged, so there was nothing to check.";
  if (missing_ > 0) {
    return fmt::format("{} had still to be shown; of what was shown, nothing is wrong.",
                       counted(missing_, "text"));
  }
  return "Every acknowledged text was shown exactly once on every device, in order.";
}

void Load::progress() const {
  static int ticks = 0;
  if (isatty(STDERR_FILENO) != 1 || ++ticks % 200 != 0) return;
  fmt::print(stderr, "\r\033[K{} texts, {} acknowledged, {} waiting", texts_, acknowledged_.size(),
             composed_.size());
  std::fflush(stderr);
}

int Load::finish() {
  if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K");
  if (journal_) return finish_journal();
  judge();
  for (const auto& device : devices_)
    device->device_->host().shut_down();
  const double p50 = static_cast<double>(latency_us_.quantile(0.5)) / 1e3;
  const double p99 = static_cast<double>(latency_us_.quantile(0.99)) / 1e3;
  if (options_.json) {
    fmt::print(
        "{{\"texts\": {}, \"acknowledged\": {}, \"unacknowledged\": {}, \"refused\": {}, "
        "\"wrong\": {}, \"missing\": {}, \"unreached\": {}, \"first_wrong\": {}, "
        "\"interrupted\": {}, \"p50_ms\": {:.2f}, \"p99_ms\": {:.2f}}}\n",
        texts_, acknowledged_.size(), composed_.size(), refused_, wrong_, missing_, unreached_,
        json_quote(first_wrong_), interrupted_, p50, p99);
  } else {
    fmt::print(
        "{}: {} acknowledged, {} not, {} refused. Acknowledged in {:.2f} ms (median), "
        "{:.2f} ms (99 %).\n",
        counted(texts_, "text"), acknowledged_.size(), composed_.size(), refused_, p50, p99);
    fmt::print("{}{}\n", interrupted_ ? "Interrupted. " : "", verdict());
  }
  if (wrong_ == 0 && interrupted_) return kExitInterrupted;
  if (wrong_ == 0 && cut_off_) return kExitCannotTell;
  const bool well = wrong_ == 0 && composed_.empty() && !acknowledged_.empty();
  return well ? kExitFine : kExitFailed;
}

// The journal's own books say what became of the texts; here is only how far it got.
int Load::finish_journal() {
  const bool shown = all_shown();
  if (options_.json) {
    fmt::print(
        "{{\"texts\": {}, \"unacknowledged\": {}, \"refused\": {}, \"all_shown\": {}, "
        "\"wrong\": {}, \"first_wrong\": {}}}\n",
        texts_, waiting(), refused_, shown, wrong_, json_quote(first_wrong_));
  } else {
    fmt::print("{} in the journal, {} without an answer, {} refused just now. {}\n",
               counted(texts_, "text"), waiting(), refused_,
               shown ? "Every one was shown on every device." : "Not all were shown yet.");
  }
  for (const auto& device : devices_)
    device->device_->host().shut_down();
  if (disk_error_) return complain("load", *disk_error_);
  if (wrong_ == 0 && interrupted_) return kExitInterrupted;
  return shown && wrong_ == 0 ? kExitFine : kExitFailed;
}

int dump_journal(const LoadOptions& options) {
  const Status printed = options.journal.empty()
                             ? Error{Code::kInvalidArgument, "--dump needs --journal DIR"}
                             : print_journal(options.journal);
  return printed ? kExitFine : complain("load", printed.error());
}

int run_load(const LoadOptions& options) {
  if (options.dump) return dump_journal(options);
  if (options.users < 2 || options.devices < 1 || options.devices > 10) {
    return complain("load",
                    {Code::kInvalidArgument, "it takes 2 users or more, with 1 to 10 devices"});
  }
  const bool possible = options.rate >= 0.1 && options.rate <= 100'000;  // false for "nan", too
  const bool writes = options.seconds > 0 || !options.journal.empty();
  if (!possible || !writes || options.seconds > 86'400 || options.users > 10'000) {
    return complain("load", {Code::kInvalidArgument,
                             "--rate may be 0.1 to 100000, --users 2 to 10000, --seconds 1 to "
                             "86400 (a day), or 0 with --journal, to wait for its last texts"});
  }
  uv_loop_t* loop = uv_default_loop();
  Load load(loop, options);
  if (const Status began = load.begin(); !began) return complain("load", began.error());
  uv_run(loop, UV_RUN_DEFAULT);
  return load.finish();
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App* load =
      app.add_subcommand("load", "Many people at once; checks what became of every text.");
  add_cluster_options(*load, *options, true);
  load->add_option("--users", options->users, "People.")->capture_default_str();
  load->add_option("--devices", options->devices, "Devices of each.")->capture_default_str();
  load->add_option("--rate", options->rate, "Texts a second, of all together.")
      ->capture_default_str();
  load->add_option("--seconds", options->seconds, "How long they write.")->capture_default_str();
  load->add_option("--patience", options->patience, "Seconds to wait for the last ones.")
      ->capture_default_str();
  load->add_option("--journal", options->journal,
                   "A directory for the devices' disks and the journal of what they showed: a load "
                   "that was killed goes on with it.")
      ->check(not_empty("a directory"));
  load->add_flag("--dump", options->dump, "Print the journal as JSON lines, and do nothing else.");
  load->footer(
      "Example:\n  glasspost load --users 20 --rate 500 --seconds 10\n"
      "Exit codes: 0 all was well, 1 a text was lost, doubled or out of order, 2 wrong use, "
      "3 cannot tell: devices had no connection at the end, 130 ended by Ctrl-C: what is printed "
      "is "
      "what was seen so far.");
  load->callback([options, &exit_code] { exit_code = run_load(*options); });
}

}  // namespace glasspost
