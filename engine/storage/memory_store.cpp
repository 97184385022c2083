// MemoryStore: see memory_store.hpp.
#include "engine/storage/memory_store.hpp"

namespace glasspost {

std::optional<std::string> MemoryStore::get(std::string_view key) const {
  const std::string* value = rows_.find(std::string(key));
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::vector<StoreRow> MemoryStore::range(std::string_view first, std::string_view end,
                                         std::size_t rows_max, std::size_t bytes_max) const {
  std::vector<StoreRow> found;
  std::size_t bytes = 0;
  for (auto at = rows_.lower_bound(std::string(first)); at != rows_.end(); ++at) {
    if (at->key >= end || found.size() >= rows_max) {
      break;
    }
    bytes += at->value.size();
    if (bytes > bytes_max && !found.empty()) {
      break;
    }
    found.push_back({at->key, at->value});
  }
  return found;
}

std::optional<StoreRow> MemoryStore::last(std::string_view first, std::string_view end) const {
  const auto* row = rows_.last_below(std::string(end));
  if (row == nullptr || row->key < first) {
    return std::nullopt;
  }
  return StoreRow{row->key, row->value};
}

void MemoryStore::apply(std::span<const Put> batch) {
  for (const Put& put : batch) {
    switch (put.kind) {
      case Put::Kind::kSet:
        set(put.key, put.value);
        break;
      case Put::Kind::kErase:
        erase(put.key);
        break;
      case Put::Kind::kEraseRange:
        erase_range(put.key, put.value);
        break;
    }
  }
}

std::uint64_t MemoryStore::hash() const {
  return hash_state(*this);
}

void MemoryStore::set(const std::string& key, const std::string& value) {
  const std::string* old = rows_.find(key);
  if (old != nullptr) {
    bytes_ -= key.size() + old->size();
  }
  bytes_ += key.size() + value.size();
  rows_.put(key, value);
}

void MemoryStore::erase(const std::string& key) {
  const std::string* value = rows_.find(key);
  if (value == nullptr) {
    return;
  }
  bytes_ -= key.size() + value->size();
  rows_.erase(key);
}

void MemoryStore::erase_range(const std::string& first, const std::string& end) {
  // Any change of the table ends a walk over it, so the keys are gathered first.
  std::vector<std::string> keys;
  for (auto at = rows_.lower_bound(first); at != rows_.end() && at->key < end; ++at) {
    keys.push_back(at->key);
  }
  for (const std::string& key : keys) {
    erase(key);
  }
}

void MemoryStore::count_bytes() {
  bytes_ = 0;
  for (const auto& row : rows_) {
    bytes_ += row.key.size() + row.value.size();
  }
}

}  // namespace glasspost
