// Bubbles in their order.
#include "viz/model/phone_book.hpp"

#include <algorithm>

#include "engine/core/trace.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kBubblesMax = 400;  // of one conversation, on the screen

// Where a bubble stands: numbered ones by number, the others behind them by client id.
bool before(const Bubble& one, const Bubble& other) {
  const bool one_waits = one.number == 0;
  const bool other_waits = other.number == 0;
  if (one_waits != other_waits) return other_waits;
  return one_waits ? one.client_id < other.client_id : one.number < other.number;
}

void insert(std::vector<Bubble>& bubbles, Bubble bubble) {
  const auto place = std::upper_bound(bubbles.begin(), bubbles.end(), bubble, before);
  bubbles.insert(place, std::move(bubble));
}

bool has_number(const std::vector<Bubble>& bubbles, std::uint64_t number) {
  return std::any_of(bubbles.begin(), bubbles.end(),
                     [number](const Bubble& bubble) { return bubble.number == number; });
}

UserId other_member(ConversationId conversation, UserId me) {
  if (!is_pair(conversation)) return {};
  const UserId lower = lower_member(conversation);
  return lower == me ? higher_member(conversation) : lower;
}

}  // namespace

std::uint64_t Bubble::trace() const {
  return trace_of(sender_device, client_id);
}

Thread& PhoneBook::thread(ConversationId conversation) {
  Thread& found = threads_[conversation];
  found.conversation = conversation;
  found.other = other_member(conversation, user_of(self_));
  return found;
}

// It moves to the top of the list.
void PhoneBook::touch(ConversationId conversation) {
  std::erase(order_, conversation);
  order_.insert(order_.begin(), conversation);
}

void PhoneBook::shown(const v1::Message& message) {
  const ConversationId conversation{message.conversation()};
  Thread& where = thread(conversation);
  if (has_number(where.bubbles, message.number())) return;
  Bubble bubble;
  bubble.number = message.number();
  bubble.client_id = message.client_id();
  bubble.sender = UserId{message.sender()};
  bubble.sender_device = DeviceId{message.sender_device()};
  bubble.text = message.text();
  bubble.time_ms = message.time_ms();
  const bool own_device = bubble.sender_device == self_;
  if (own_device) {
    std::erase_if(where.bubbles, [&bubble](const Bubble& waiting) {
      return waiting.number == 0 && waiting.client_id == bubble.client_id;
    });
  }
  const bool read = conversation == opened_ || bubble.sender == user_of(self_);
  if (!read) ++where.unread;
  insert(where.bubbles, std::move(bubble));
  if (where.bubbles.size() > kBubblesMax) {
    where.bubbles.erase(where.bubbles.begin());
    ++where.cut;
  }
  touch(conversation);
}

void PhoneBook::sent(const v1::TextSent& sent) {
  const auto found = known_.find(sent.client_id());
  if (found == known_.end()) return;  // it will be shown by the next page
  v1::Message message;
  message.set_conversation(sent.conversation());
  message.set_number(sent.number());
  message.set_sender(user_of(self_).value);
  message.set_sender_device(self_.value);
  message.set_client_id(sent.client_id());
  message.set_text(found->second.text);
  message.set_time_ms(sent.time_ms());
  known_.erase(found);
  shown(message);
}

void PhoneBook::refused(std::uint64_t client_id, const std::string& why) {
  const auto found = known_.find(client_id);
  if (found == known_.end()) return;
  for (Bubble& bubble : thread(found->second.conversation).bubbles) {
    if (bubble.number != 0 || bubble.client_id != client_id) continue;
    bubble.state = Bubble::State::kRefused;
    bubble.note = why;
  }
  known_.erase(found);
}

void PhoneBook::waiting(const std::vector<WaitingText>& texts) {
  for (const WaitingText& text : texts) {
    const bool fresh = known_.emplace(text.client_id, text).second;
    Thread& where = thread(text.conversation);
    if (fresh) {
      Bubble bubble;
      bubble.client_id = text.client_id;
      bubble.sender = user_of(self_);
      bubble.sender_device = self_;
      bubble.text = text.text;
      bubble.state = Bubble::State::kWaiting;
      insert(where.bubbles, std::move(bubble));
      touch(text.conversation);
    }
    for (Bubble& bubble : where.bubbles) {
      if (bubble.number != 0 || bubble.client_id != text.client_id || text.tries < 2) continue;
      bubble.note = "try " + std::to_string(text.tries);
    }
  }
}

void PhoneBook::open(ConversationId conversation) {
  opened_ = conversation;
  const auto found = threads_.find(conversation);
  if (found != threads_.end()) found->second.unread = 0;
}

std::vector<const Thread*> PhoneBook::list() const {
  std::vector<const Thread*> threads;
  for (const ConversationId conversation : order_)
    threads.push_back(&threads_.at(conversation));
  return threads;
}

const Thread* PhoneBook::find(ConversationId conversation) const {
  const auto found = threads_.find(conversation);
  return found == threads_.end() ? nullptr : &found->second;
}

std::uint64_t PhoneBook::unread() const {
  std::uint64_t all = 0;
  for (const auto& [conversation, thread] : threads_)
    all += thread.unread;
  return all;
}

}  // namespace glasspost::viz
