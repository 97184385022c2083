// Where is a message? What a home can say of it to an administrator: `glasspost where` asks each
// place on its way. A text that is not cached is read back first, like for history.
#include <array>

#include "engine/roles/conversation/conversation.hpp"

namespace glasspost {

void Conversation::on_locate(const v1::Letter& letter, Turn& turn) {
  const ConversationId conversation{letter.locate_message().conversation()};
  const std::uint64_t number = letter.locate_message().number();
  Section* section = is_pair(conversation) ? section_of_conversation(conversation) : nullptr;
  v1::MessageLocated located;
  located.set_serves(section != nullptr && section->log.serving());
  const Thread* thread = located.serves() ? section->folded.threads.find(conversation) : nullptr;
  if (thread != nullptr) {
    located.set_last(thread->last);
    located.set_committed(thread->committed);
  }
  if (number >= 1 && number <= located.committed()) {
    std::vector<v1::StoredMessage> found;
    if (!gather(*section, conversation, std::array{number}, found, turn)) {
      return wait_for_bodies(*section, letter, turn);
    }
    const v1::StoredMessage& message = found.front();
    located.set_position(position_of(*section, {conversation, number}));
    located.set_sender(message.sender());
    located.set_sender_device(message.sender_device());
    located.set_client_id(message.client_id());
    located.set_bytes(static_cast<std::uint32_t>(message.text().size()));
    located.set_time_ms(message.time_ms());
  }
  *turn.owner.out.send(unpack(letter.source())).letter.mutable_message_located() = located;
}

}  // namespace glasspost
