// Carrying a device's envelopes.
#include "engine/live/device_host.hpp"

#include <utility>

namespace glasspost {
namespace {
constexpr Address kSelf{RoleKind::kDevice, 1};
constexpr Address kPersonHere{RoleKind::kPerson, 1};
}  // namespace

DeviceHost::DeviceHost(uv_loop_t* loop, Process process, ProcessDisk disk, DeviceEvents& events)
    : loop_(loop), events_(events) {
  process_ = std::make_unique<ProcessLoop>(
      loop, std::move(process), ProcessHome{{}, {}, std::move(disk)}, *this,
      [this](const Status& failed) { events_.disk_failed(failed.error()); });
}

Status DeviceHost::begin(const ClientLinkOptions& link) {
  Result<std::unique_ptr<ClientLink>> opened = ClientLink::open(loop_, link, *this);
  if (!opened) return opened.error();
  link_ = std::move(*opened);
  process_->begin();
  return ok();
}

void DeviceHost::compose(ConversationId conversation, const std::string& text) {
  v1::Letter letter;
  letter.mutable_compose_text()->set_conversation(conversation.value);
  letter.mutable_compose_text()->set_text(text);
  from_person(std::move(letter));
}

void DeviceHost::set_airplane(bool on) {
  v1::Letter letter;
  letter.mutable_set_airplane()->set_on(on);
  from_person(std::move(letter));
}

void DeviceHost::from_person(v1::Letter&& letter) {
  letter.set_source(pack(kPersonHere));
  letter.set_target(pack(kSelf));
  std::vector<v1::Letter> letters;
  letters.push_back(std::move(letter));
  process_->deliver(std::move(letters));
}

void DeviceHost::shut_down() {
  if (link_) link_->shut_down();
  process_->shut_down();
}

const RoleBox& DeviceHost::role() const {
  return process_->process().roles.at(kSelf);
}

void DeviceHost::frame(NodeId, std::string&&) {}

void DeviceHost::edge_letter(v1::Letter&& letter) {
  if (!letter.has_client()) return events_.heard(letter);
  std::string bytes;
  if (letter.client().SerializeToString(&bytes)) link_->send(bytes);
}

void DeviceHost::fact(const Fact& fact) {
  if (publisher_ != nullptr) publisher_->add(fact);
}
void DeviceHost::turn_over() {}
void DeviceHost::stop_reading(bool) {}  // a page is asked for, so there is never more than one

void DeviceHost::up() {
  events_.connected(true);
}
void DeviceHost::down(std::string_view) {
  events_.connected(false);
}

void DeviceHost::frame(std::string_view bytes) {
  std::vector<v1::Letter> letters(1);
  letters[0].set_source(pack({RoleKind::kAccess, 0}));
  letters[0].set_target(pack(kSelf));
  if (!letters[0].mutable_client()->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return;
  }
  process_->deliver(std::move(letters));
}

}  // namespace glasspost
