// Rows of the population's disk. The first byte tells what lies there:
//   d device key   a device's own row            j number    a line of the journal
//   p              the people                    t conversation   how many texts it got
//   k device       the device was told of
#include "engine/apps/glasspost/population_disk.hpp"

#include <cassert>
#include <filesystem>

#include <fmt/format.h>

#include "engine/base/archive.hpp"
#include "engine/base/bytes.hpp"
#include "engine/base/text.hpp"
#include "engine/core/contract.hpp"
#include "engine/core/keys.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kRowsAtOnce = 4'096;

std::string numbered(char kind, std::uint64_t number) {
  std::string key(1, kind);
  append_key_u64(key, number);
  return key;
}

Put set(std::string key, std::string value) {
  return {Put::Kind::kSet, std::move(key), std::move(value)};
}

}  // namespace

std::string Population::name_of(std::uint32_t user) const {
  return tag.empty() ? "load " + std::to_string(user) : "load " + tag + " " + std::to_string(user);
}

// -- the journal

Status find_journal(const std::string& journal, bool make) {
  std::error_code failed;
  if (make) std::filesystem::create_directory(journal, failed);
  if (!failed && std::filesystem::is_directory(journal, failed)) return ok();
  if (!make) return Error{Code::kNotFound, "there is no journal in " + journal};
  const std::string why = failed ? failed.message() : "it is no directory";
  return Error{Code::kInvalidArgument,
               "cannot keep a journal in " + journal + ": " + why + "; choose another directory"};
}

Status print_journal(const std::string& journal) {
  if (Status there = find_journal(journal, false); !there) return there;
  const Result<std::unique_ptr<PopulationDisk>> disk = PopulationDisk::open(journal);
  if (!disk) return disk.error();
  (*disk)->read([](const std::string& line) { fmt::print("{}\n", line); });
  return (*disk)->status();
}

PopulationDisk::PopulationDisk(std::unique_ptr<RocksStore> store) : store_(std::move(store)) {
  if (const auto newest = store_->last("j", keys::end_of('j')))
    lines_ = read_key_u64(newest->key, 1);
  for (const StoreRow& row : store_->range("t", keys::end_of('t'), SIZE_MAX, SIZE_MAX)) {
    ByteReader reader(row.value);
    const std::uint64_t count = reader.u64();
    written_[ConversationId{read_key_u64(row.key, 1)}] = count;
    texts_ += count;
  }
}

Result<std::unique_ptr<PopulationDisk>> PopulationDisk::open(const std::string& directory) {
  Result<std::unique_ptr<RocksStore>> store = RocksStore::open(directory);
  if (!store) return store.error();
  std::unique_ptr<PopulationDisk> disk(new PopulationDisk(std::move(*store)));
  if (const Status readable = disk->status(); !readable) return readable.error();
  return disk;
}

std::optional<Population> PopulationDisk::population() const {
  const auto row = store_->get("p");
  if (!row) return std::nullopt;
  Population found;
  ByteReader reader(*row);
  Loader loader(reader);
  loader(found.tag, found.users, found.devices);
  assert(loader.ok() && "the journal's own record is damaged");
  return found;
}

void PopulationDisk::set_population(const Population& population) {
  ByteWriter writer;
  Saver saver(writer);
  std::string tag = population.tag;
  std::uint32_t users = population.users;
  std::uint32_t devices = population.devices;
  saver(tag, users, devices);
  const Put put = set("p", writer.take());
  store_->apply(std::span(&put, 1));
}

void PopulationDisk::add_device(DeviceId device) {
  const std::string known = numbered('k', device.value);
  if (store_->get(known)) return;
  const std::vector<Put> batch = {
      set(known, {}), next_line(fmt::format(R"({{"event": "device", "device": {}, "user": {}}})",
                                            device.value, user_of(device).value))};
  store_->apply(batch);
}

void PopulationDisk::acknowledged(DeviceId device, std::uint64_t client_id,
                                  ConversationId conversation, std::uint64_t number) {
  const Put line =
      next_line(fmt::format(R"({{"event": "acknowledged", "device": {}, "client_id": {}, )"
                            R"("conversation": {}, "number": {}}})",
                            device.value, client_id, conversation.value, number));
  store_->apply(std::span(&line, 1));
}

void PopulationDisk::refused(DeviceId device, std::uint64_t client_id, int code) {
  const Put line =
      next_line(fmt::format(R"({{"event": "refused", "device": {}, "client_id": {}, "code": {}}})",
                            device.value, client_id, code));
  store_->apply(std::span(&line, 1));
}

void PopulationDisk::read(const std::function<void(const std::string&)>& line) const {
  std::string from = "j";
  while (true) {
    const std::vector<StoreRow> rows =
        store_->range(from, keys::end_of('j'), kRowsAtOnce, SIZE_MAX);
    for (const StoreRow& row : rows)
      line(row.value);
    if (rows.empty()) return;
    from = rows.back().key + '\0';
  }
}

Put PopulationDisk::next_line(std::string text) {
  return set(numbered('j', ++lines_), std::move(text));
}

Put PopulationDisk::count_text(ConversationId conversation) {
  ++texts_;
  ByteWriter writer;
  writer.u64(++written_[conversation]);
  return set(numbered('t', conversation.value), writer.take());
}

// -- one device

DeviceDisk::DeviceDisk(PopulationDisk& disk, DeviceId device)
    : disk_(disk), device_(device), prefix_(numbered('d', device.value)) {}

std::string DeviceDisk::own(std::string_view key) const {
  return prefix_ + std::string(key);
}

std::optional<std::string> DeviceDisk::get(std::string_view key) const {
  return disk_.store_->get(own(key));
}

std::vector<StoreRow> DeviceDisk::range(std::string_view first, std::string_view end,
                                        std::size_t rows_max, std::size_t bytes_max) const {
  std::vector<StoreRow> rows = disk_.store_->range(own(first), own(end), rows_max, bytes_max);
  for (StoreRow& row : rows)
    row.key.erase(0, prefix_.size());
  return rows;
}

std::optional<StoreRow> DeviceDisk::last(std::string_view first, std::string_view end) const {
  std::optional<StoreRow> row = disk_.store_->last(own(first), own(end));
  if (row) row->key.erase(0, prefix_.size());
  return row;
}

void DeviceDisk::apply(std::span<const Put> batch) {
  std::vector<Put> all;
  for (const Put& put : batch) {
    tell(put, all);
    const bool is_range = put.kind == Put::Kind::kEraseRange;
    all.push_back({put.kind, own(put.key), is_range ? own(put.value) : put.value});
  }
  disk_.store_->apply(all);
}

// The journal's lines about one row of a device: core/keys.hpp says what the rows are.
void DeviceDisk::tell(const Put& put, std::vector<Put>& lines) {
  const char kind = put.key.front();
  if (kind == 'O' && put.kind == Put::Kind::kSet) {
    v1::ComposeText compose;
    const bool whole = compose.ParseFromString(put.value);
    assert(whole);
    lines.push_back(disk_.count_text(ConversationId{compose.conversation()}));
    lines.push_back(disk_.next_line(fmt::format(
        R"({{"event": "composed", "device": {}, "client_id": {}, "conversation": {}, "text": {}}})",
        device_.value, read_key_u64(put.key, 1), compose.conversation(),
        json_quote(compose.text()))));
  } else if (kind == 'O') {
    lines.push_back(
        disk_.next_line(fmt::format(R"({{"event": "settled", "device": {}, "client_id": {}}})",
                                    device_.value, read_key_u64(put.key, 1))));
  } else if (kind == 'M' && put.kind == Put::Kind::kSet) {
    v1::Message message;
    const bool whole = message.ParseFromString(put.value);
    assert(whole);
    lines.push_back(disk_.next_line(
        fmt::format(R"({{"event": "shown", "device": {}, "conversation": {}, "number": {}, )"
                    R"("sender_device": {}, "client_id": {}, "text": {}}})",
                    device_.value, message.conversation(), message.number(),
                    message.sender_device(), message.client_id(), json_quote(message.text()))));
  }
}

}  // namespace glasspost
