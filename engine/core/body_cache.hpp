// The newest message bodies of a section, by (conversation, number). A cache: what is not here is
// read again from the log of the conversation's home.
#pragma once

#include <deque>

#include "glasspost/v1/record.pb.h"

#include "engine/base/message_key.hpp"
#include "engine/base/paged.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/limits.hpp"
#include "engine/core/trace.hpp"

namespace glasspost {

// First in, first out, within limits::kCachedBodiesMax and kCachedBytesMax.
class BodyCache {
 public:
  const v1::StoredMessage* find(const MessageKey& key) const {
    const Archived<v1::StoredMessage>* found = bodies_.find(key);
    return found == nullptr ? nullptr : &found->value;
  }

  void put(const v1::StoredMessage& message) {
    const MessageKey key{ConversationId{message.conversation()}, message.number()};
    if (bodies_.contains(key)) return;
    bodies_.put(key, {message});
    order_.push_back(key);
    bytes_ += message.text().size();
    while (order_.size() > limits::kCachedBodiesMax || bytes_ > limits::kCachedBytesMax) {
      bytes_ -= find(order_.front())->text().size();
      bodies_.erase(order_.front());
      order_.pop_front();
    }
  }

  // The trace of a message that is here; 0 for others. For pictures only.
  std::uint64_t trace(const MessageKey& key) const {
    const v1::StoredMessage* message = find(key);
    if (message == nullptr) return 0;
    return trace_of(DeviceId{message->sender_device()}, message->client_id());
  }

  std::size_t size() const { return order_.size(); }

  template <class Archive>
  void fields(Archive& archive) {
    archive(bodies_, order_, bytes_);
  }

 private:
  PagedMap<MessageKey, Archived<v1::StoredMessage>> bodies_;
  std::deque<MessageKey> order_;
  std::size_t bytes_ = 0;  // of the texts
};

}  // namespace glasspost
