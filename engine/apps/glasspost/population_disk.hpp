// The disk of a whole population of devices, and the journal of what its people know. `glasspost
// load --journal` may be killed at any instant and goes on from here; a checker outside (tests/
// processes/check_journal.py) reads the journal afterwards.
//
// One RocksDB holds both, so that a device and the journal cannot disagree: what a device writes
// and the journal's lines about it are one batch. That is why a text which was shown stands in the
// journal exactly as often as the device showed it, whenever the program died.
//
//   device --batch--> DeviceDisk --the same batch and its journal lines--> RocksStore
//
// Nothing is synced: a killed program loses nothing that it has written, only a power cut does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/station.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost {

// Who the people are; written when the journal is made, and the same in every life.
struct Population {
  std::string tag;  // in their names, so that two journals of one cluster never share a person
  std::uint32_t users = 0;
  std::uint32_t devices = 0;  // of each

  std::string name_of(std::uint32_t user) const;
};

// The journal. Its lines are JSON, in the order in which things happened:
//   {"event": "device", "device": D, "user": U}                       belongs to the population
//   {"event": "composed", "device": D, "client_id": I, "conversation": C, "text": "..."}
//   {"event": "settled", "device": D, "client_id": I}                 acknowledged or refused
//   {"event": "acknowledged", "device": D, "client_id": I, "conversation": C, "number": N}
//   {"event": "refused", "device": D, "client_id": I, "code": K}
//   {"event": "shown", "device": D, "conversation": C, "number": N, "sender_device": D,
//    "client_id": I, "text": "..."}                                  on one line
// `settled` is one batch with the device's own record. The two that say how come a moment later,
// so a program that dies in between leaves a settled text without them.
class PopulationDisk {
 public:
  // Opens it, or makes an empty one. Errors: those of RocksStore::open.
  static Result<std::unique_ptr<PopulationDisk>> open(const std::string& directory);

  // The people as they were written down; none in a new journal.
  std::optional<Population> population() const;
  void set_population(const Population& population);

  // A device's part of the disk; it starts empty. `device` is new to the journal: told once.
  void add_device(DeviceId device);

  // What the host hears after the fact.
  void acknowledged(DeviceId device, std::uint64_t client_id, ConversationId conversation,
                    std::uint64_t number);
  void refused(DeviceId device, std::uint64_t client_id, int code);

  // Texts ever composed, all of them and by conversation.
  std::uint64_t texts() const { return texts_; }
  const std::map<ConversationId, std::uint64_t>& texts_by_conversation() const { return written_; }

  // Calls `line` with every line, oldest first.
  void read(const std::function<void(const std::string&)>& line) const;

  Status status() const { return store_->status(); }

 private:
  friend class DeviceDisk;
  explicit PopulationDisk(std::unique_ptr<RocksStore> store);
  Put next_line(std::string text);
  Put count_text(ConversationId conversation);

  std::unique_ptr<RocksStore> store_;
  std::uint64_t lines_ = 0;
  std::uint64_t texts_ = 0;
  std::map<ConversationId, std::uint64_t> written_;
};

// The journal's directory: made if `make`; or why there can be none.
Status find_journal(const std::string& journal, bool make);

// Every line of a journal that is there, to the standard output.
Status print_journal(const std::string& journal);

// One device's rows on the population's disk.
class DeviceDisk final : public ReadView, public WriteStore {
 public:
  DeviceDisk(PopulationDisk& disk, DeviceId device);

  std::optional<std::string> get(std::string_view key) const override;
  std::vector<StoreRow> range(std::string_view first, std::string_view end, std::size_t rows_max,
                              std::size_t bytes_max) const override;
  std::optional<StoreRow> last(std::string_view first, std::string_view end) const override;
  void apply(std::span<const Put> batch) override;

  Status status() const { return disk_.status(); }

 private:
  std::string own(std::string_view key) const;
  void tell(const Put& put, std::vector<Put>& lines);

  PopulationDisk& disk_;
  DeviceId device_;
  std::string prefix_;
};

}  // namespace glasspost
