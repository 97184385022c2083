// The population of `glasspost load`: many people on real connections, and the books that say what
// became of every text. Each acknowledged one must be shown exactly once on every device of both
// people, in one order.
//
// With a journal the population keeps its disks (population_disk.hpp), may be killed at any instant
// and goes on where it was; the check is then somebody else's.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/device.hpp"
#include "engine/apps/glasspost/population_disk.hpp"
#include "engine/base/histogram.hpp"
#include "engine/base/message_key.hpp"
#include "engine/base/random.hpp"
#include "engine/live/clocks.hpp"

namespace glasspost {

// As on the command line.
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

  // Connects everybody; then they write and read while the loop runs. Errors: of the cluster or the
  // journal, with the way out.
  Status begin();

  void on_sent(const LoadDevice& device, const v1::TextSent& sent);
  void on_failed(const LoadDevice& device, const v1::TextFailed& failed);
  bool keeps_a_journal() const { return journal_ != nullptr; }
  void complain_about(const std::string& what, const MessageKey& key);

  // Nobody writes any more; what is on its way may still arrive. Asked twice, it ends at once.
  void interrupt();

  // Judges, prints what came of it, and returns the exit code.
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

}  // namespace glasspost
