// Is there a row for a message, and which devices have it? What a mailbox can say of that to an
// administrator: `glasspost where` asks each place on a message's way.
#include "engine/core/limits.hpp"
#include "engine/roles/mailbox/mailbox.hpp"

namespace glasspost {
namespace {

// The row's number, looked for among the newest rows in memory; 0 if it is not among them.
std::uint64_t number_of_row(const Mailbox::Section& section, UserId user,
                            const MessageKey& message) {
  std::size_t looked_at = 0;
  for (const Mailbox::Rows* rows : {&section.rows, &section.checkpoint.closing}) {
    Mailbox::RowKey above{user, ~std::uint64_t{0}};
    for (; looked_at < limits::kLocateRowsMax; ++looked_at) {
      const auto* row = rows->last_below(above);
      if (row == nullptr || row->key.user != user) break;
      if (row->value == message) return row->key.inbox_number;
      above = row->key;
    }
  }
  return 0;
}

}  // namespace

void Mailbox::on_locate(const v1::Letter& letter, OwnerStep& step) {
  const v1::LocateRow& wanted = letter.locate_row();
  const UserId user{wanted.user()};
  const ConversationId conversation{wanted.conversation()};
  v1::RowLocated& located = *step.out.send(unpack(letter.source())).letter.mutable_row_located();
  const Section* section = section_of_user(wanted.user());
  located.set_serves(section != nullptr && section->log.serving());
  if (!located.serves()) return;
  if (const Indexed* indexed = section->folded.indexed.find({conversation, user})) {
    located.set_accepted(indexed->accepted);
    located.set_visible(indexed->durable);
  }
  if (const Inbox* inbox = section->folded.inboxes.find(user)) {
    located.set_archived(inbox->archived);
  }
  located.set_inbox_number(number_of_row(*section, user, {conversation, wanted.number()}));
  for (auto route = section->routes.lower_bound(device_of(user, 0));
       route != section->routes.end() && user_of(route->key) == user; ++route) {
    v1::DeviceRoute& device = *located.add_devices();
    device.set_device(route->key.value);
    device.set_access(route->value.origin.value.access());
    device.set_key(route->value.key);
  }
}

}  // namespace glasspost
