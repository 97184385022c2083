// FaultyStore: see faulty_store.hpp.
#include "engine/storage/faulty_store.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/storage/log_record.hpp"

namespace glasspost {
namespace {

// Synced records stay in the log until they are longer than this: much less would copy the log
// again and again, much more would make every crash read it all.
constexpr std::uint64_t kFoldBytes = 1 << 20;

// A disk writes this many bytes or none of them.
constexpr std::size_t kSectorBytes = 512;

// Zeroes or garbles one piece, wherever it falls.
void spoil(std::string& bytes, Random& random) {
  const std::size_t start = random.below(bytes.size());
  const std::size_t end = std::min(bytes.size(), start + kSectorBytes);
  const bool zero = random.below(2) == 0;
  for (std::size_t i = start; i < end; ++i) {
    bytes[i] = zero ? '\0' : static_cast<char>(random.below(256));
  }
}

// What a power loss leaves of bytes that were not synced: nothing in two cases of six, all in
// one, else up to anywhere; and in half of the cases a piece of that was not written either.
std::string survivors(std::string bytes, Random& random) {
  const std::uint64_t chosen = random.below(6);
  if (chosen < 2) {
    bytes.clear();
  } else if (chosen > 2) {
    bytes.resize(random.below(bytes.size() + 1));
  }
  if (!bytes.empty() && random.below(2) == 0) {
    spoil(bytes, random);
  }
  return bytes;
}

}  // namespace

std::optional<std::string> FaultyStore::get(std::string_view key) const {
  return table_.get(key);
}

std::vector<StoreRow> FaultyStore::range(std::string_view first, std::string_view end,
                                         std::size_t rows_max, std::size_t bytes_max) const {
  return table_.range(first, end, rows_max, bytes_max);
}

std::optional<StoreRow> FaultyStore::last(std::string_view first, std::string_view end) const {
  return table_.last(first, end);
}

void FaultyStore::apply(std::span<const Put> batch) {
  table_.apply(batch);
  std::string record = write_record(batch);
  appended_ += record.size();
  log_bytes_ += record.size();
  unsynced_bytes_ += record.size();
  ++unsynced_;
  log_.push_back(std::move(record));
}

void FaultyStore::synced(std::uint64_t upto) {
  while (unsynced_ > 0) {
    const std::uint64_t bytes = log_[log_.size() - unsynced_].size();
    if (appended_ - unsynced_bytes_ + bytes > upto) {
      break;
    }
    unsynced_bytes_ -= bytes;
    --unsynced_;
  }
  if (log_bytes_ - unsynced_bytes_ > kFoldBytes) {
    fold_synced_into_base();
  }
}

FaultyStore::Loss FaultyStore::crash(Random& random) {
  const std::size_t records = log_.size();
  const std::size_t durable = records - unsynced_;
  const std::string tail = survivors(log_part(durable, records), random);
  const bool whole = recover(log_part(0, durable) + tail);
  return {records - log_.size(), !whole};
}

std::uint64_t FaultyStore::hash() const {
  return hash_state(*this);
}

std::string FaultyStore::log_part(std::size_t first, std::size_t end) const {
  std::string bytes;
  for (std::size_t i = first; i < end; ++i) {
    bytes += log_[i];
  }
  return bytes;
}

bool FaultyStore::recover(std::string_view bytes) {
  table_ = base_;
  log_.clear();
  ByteReader in(bytes);
  std::size_t good = 0;  // bytes that belong to whole records
  while (!in.at_end()) {
    const auto batch = read_record(in);
    if (!batch) {
      break;
    }
    table_.apply(*batch);
    log_.push_back(std::string(bytes.substr(good, in.offset() - good)));
    good = in.offset();
  }
  log_bytes_ = good;
  unsynced_ = 0;
  unsynced_bytes_ = 0;
  return good == bytes.size();
}

void FaultyStore::fold_synced_into_base() {
  const std::size_t durable = log_.size() - unsynced_;
  PagedArray<std::string> rest;
  for (std::size_t i = durable; i < log_.size(); ++i) {
    rest.push_back(log_[i]);
  }
  if (unsynced_ == 0) {
    base_ = table_;  // the same rows, and their memory is shared
  } else {
    for (std::size_t i = 0; i < durable; ++i) {
      ByteReader in(log_[i]);
      const auto batch = read_record(in);
      assert(batch);
      base_.apply(*batch);
    }
  }
  log_ = rest;
  log_bytes_ = unsynced_bytes_;
}

void FaultyStore::restore(Loader& loader) {
  if (!loader.ok()) {
    return;
  }
  table_ = base_;
  log_bytes_ = 0;
  unsynced_bytes_ = 0;
  for (std::size_t i = 0; i < log_.size(); ++i) {
    ByteReader in(log_[i]);
    const auto batch = read_record(in);
    if (!batch || !in.at_end()) {
      return loader.refuse("a log of whole records");
    }
    table_.apply(*batch);
    log_bytes_ += log_[i].size();
    const bool synced = log_.size() - i > unsynced_;
    unsynced_bytes_ += synced ? 0 : log_[i].size();
  }
  if (unsynced_ > log_.size() || log_bytes_ > appended_) {
    loader.refuse("no more unsynced records than the log has, nor more bytes than appended");
  }
}

}  // namespace glasspost
