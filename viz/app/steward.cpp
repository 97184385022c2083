// Questions and orders, one at a time.
#include "viz/app/steward.hpp"

#include <chrono>
#include <utility>

#include "engine/control/control_client.hpp"
#include "engine/control/role_question.hpp"

namespace glasspost::viz {
namespace {
constexpr std::chrono::milliseconds kLookPeriod(250);
constexpr Duration kSupervisorPatience = std::chrono::seconds(2);
constexpr std::size_t kOrdersMax = 100;
constexpr std::size_t kRefusalsMax = 20;
}  // namespace

std::uint16_t Steward::Known::port(std::size_t wish) const {
  std::vector<std::uint16_t> ports;
  for (const v1::ProcessStatus& process : processes) {
    if (process.port() != 0) ports.push_back(static_cast<std::uint16_t>(process.port()));
  }
  return ports.empty() ? std::uint16_t{0} : ports[wish % ports.size()];
}

Steward::Steward(std::string directory) : directory_(std::move(directory)) {
  thread_ = std::thread([this] { run(); });
}

Steward::~Steward() {
  {
    const std::lock_guard<std::mutex> hold(guard_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

Steward::Known Steward::known() const {
  const std::lock_guard<std::mutex> hold(guard_);
  return known_;
}

void Steward::strike(const std::string& process, v1::ProcessSignal signal) {
  v1::ControlRequest request;
  request.mutable_signal()->set_process(process);
  request.mutable_signal()->set_signal(signal);
  order(std::move(request));
}

void Steward::set_choice(const std::string& key, const std::string& value) {
  v1::ControlRequest request;
  request.mutable_change_choice()->set_key(key);
  request.mutable_change_choice()->set_value(value);
  order(std::move(request));
}

std::vector<std::string> Steward::take_refusals() {
  const std::lock_guard<std::mutex> hold(guard_);
  std::vector<std::string> taken;
  taken.swap(refusals_);
  return taken;
}

void Steward::ask_numbers(UserId user, const std::string& name) {
  const std::lock_guard<std::mutex> hold(guard_);
  if (known_.asked == user) return;
  known_.asked = user;
  known_.number_because.clear();
  asked_name_ = name;
}

void Steward::order(v1::ControlRequest request) {
  {
    const std::lock_guard<std::mutex> hold(guard_);
    if (orders_.size() >= kOrdersMax) {
      if (refusals_.size() < kRefusalsMax) refusals_.emplace_back("too many orders at once");
      return;
    }
    orders_.push_back(std::move(request));
  }
  changed_.notify_one();
}

// What was ordered before the end is still carried out, unless the supervisor does not answer.
void Steward::run() {
  std::unique_lock<std::mutex> hold(guard_);
  while (!ending_ || !orders_.empty()) {
    if (!orders_.empty()) {
      const v1::ControlRequest request = std::move(orders_.front());
      orders_.pop_front();
      hold.unlock();
      const bool carried = carry(request);
      hold.lock();
      if (!carried && ending_) return;
      continue;
    }
    hold.unlock();
    look();
    look_at_asked();
    hold.lock();
    changed_.wait_for(hold, kLookPeriod, [this] { return ending_ || !orders_.empty(); });
  }
}

void Steward::look() {
  v1::ControlRequest request;
  request.mutable_status();
  const Result<v1::ControlReply> status = ask_supervisor(directory_, request, kSupervisorPatience);
  request.mutable_choices();
  const Result<v1::ControlReply> choices = ask_supervisor(directory_, request, kSupervisorPatience);
  const std::lock_guard<std::mutex> hold(guard_);
  known_.gone = !status && status.error().code == Code::kNotFound;
  known_.reachable = static_cast<bool>(status) && static_cast<bool>(choices);
  if (!known_.reachable) {
    known_.trouble = !status ? status.error().message : choices.error().message;
    return;
  }
  known_.trouble.clear();
  known_.processes.assign(status->processes().begin(), status->processes().end());
  known_.choices.clear();
  for (const v1::ChoiceValue& value : choices->choices())
    known_.choices[value.key()] = value.value();
}

void Steward::look_at_asked() {
  std::unique_lock<std::mutex> hold(guard_);
  const UserId user = known_.asked;
  const std::string name = asked_name_;
  hold.unlock();
  if (user.value == 0) return;
  const Result<Topology> topology = running_topology(directory_);
  std::string words;
  if (!topology) {
    words = topology.error().message;
  } else if (user.value <= topology->config.users_max()) {
    words = why_next(look_at_numbers(directory_, topology->config, user, name));
  }
  hold.lock();
  if (known_.asked == user) known_.number_because = words;
}

bool Steward::carry(const v1::ControlRequest& request) {
  const Result<v1::ControlReply> reply = ask_supervisor(directory_, request, kSupervisorPatience);
  if (reply) return true;
  const std::lock_guard<std::mutex> hold(guard_);
  if (refusals_.size() < kRefusalsMax) refusals_.push_back(reply.error().message);
  return false;
}

}  // namespace glasspost::viz
