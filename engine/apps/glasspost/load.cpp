// People connect, write and read until everything was shown or their time is up.
#include "engine/apps/glasspost/load.hpp"

#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "engine/core/limits.hpp"
#include "engine/roles/client/client.hpp"

namespace glasspost {
namespace {
constexpr double kInterruptedPatience = 2;  // seconds, for what is on its way
}  // namespace

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

void Load::on_sent(const LoadDevice& device, const v1::TextSent& sent) {
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

void Load::on_failed(const LoadDevice& device, const v1::TextFailed& failed) {
  ++refused_;
  if (journal_) journal_->refused(device.identity_.device, failed.client_id(), failed.code());
}

void Load::complain_about(const std::string& what, const MessageKey& key) {
  ++wrong_;
  if (first_wrong_.empty()) first_wrong_ = to_text(key) + ": " + what;
}

void Load::interrupt() {
  if (std::exchange(interrupted_, true)) return uv_stop(loop_);
  writing_ = std::min(writing_, seconds_passed());
  patience_ = std::min(patience_, kInterruptedPatience);
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

void Load::progress() const {
  static int ticks = 0;
  if (isatty(STDERR_FILENO) != 1 || ++ticks % 200 != 0) return;
  fmt::print(stderr, "\r\033[K{} texts, {} acknowledged, {} waiting", texts_, acknowledged_.size(),
             composed_.size());
  std::fflush(stderr);
}

}  // namespace glasspost
