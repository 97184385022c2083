// A device of the live world: a process with a client role, on a ClientLink of its own to an access
// process. Chat, load generators and the console's phones hold one or many.
#pragma once

#include <memory>
#include <string>

#include <uv.h>

#include "engine/base/result.hpp"
#include "engine/live/client_link.hpp"
#include "engine/live/fact_publisher.hpp"
#include "engine/live/process_loop.hpp"

namespace glasspost {

// What a person hears from the device.
class DeviceEvents {
 public:
  virtual ~DeviceEvents() = default;
  // One of: message_shown, text_sent, text_failed.
  virtual void heard(const v1::Letter& letter) = 0;
  virtual void connected(bool up) = 0;
  // Its disk failed: this device is at its end, nothing more is kept or sent. May come again.
  virtual void disk_failed(const Error& error) = 0;
};

class DeviceHost final : public Carrier, public ClientLinkEvents {
 public:
  // `process` holds one role at {kDevice, 1}. The device's disk may keep nothing.
  DeviceHost(uv_loop_t* loop, Process process, ProcessDisk disk, DeviceEvents& events);

  // Connects and logs in; from then on the role keeps itself logged in.
  Status begin(const ClientLinkOptions& link);

  // The person wrote something, or switched the radio.
  void compose(ConversationId conversation, const std::string& text);
  void set_airplane(bool on);

  // The hub hears from now on what this device shows. It must outlive this host.
  void publish_to(FactPublisher* publisher) { publisher_ = publisher; }

  void shut_down();

  // The role, to look at.
  const RoleBox& role() const;
  bool is_up() const { return link_ && link_->is_up(); }

  // Carrier.
  void frame(NodeId to, std::string&& bytes) override;
  void edge_letter(v1::Letter&& letter) override;
  void fact(const Fact& fact) override;
  void turn_over() override;
  void stop_reading(bool stop) override;

  // ClientLinkEvents.
  void up() override;
  void down(std::string_view why) override;
  void frame(std::string_view bytes) override;

 private:
  void from_person(v1::Letter&& letter);

  uv_loop_t* loop_;
  DeviceEvents& events_;
  FactPublisher* publisher_ = nullptr;
  std::unique_ptr<ClientLink> link_;
  std::unique_ptr<ProcessLoop> process_;
};

}  // namespace glasspost
