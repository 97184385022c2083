// What became of every text: the books of a load are judged and printed.
#include <fmt/format.h>
#include <unistd.h>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/load.hpp"
#include "engine/base/counted.hpp"
#include "engine/base/text.hpp"

namespace glasspost {

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

}  // namespace glasspost
