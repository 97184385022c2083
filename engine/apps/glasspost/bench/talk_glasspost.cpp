// A device of ours on a line of the load. It does what docs/protocol.md asks of a client, without a
// disk: the load measures servers, and its own work is on the same processors.
#include "glasspost/v1/client.pb.h"

#include "engine/apps/glasspost/bench/talk_kinds.hpp"
#include "engine/apps/glasspost/bench/talks.hpp"

namespace glasspost::bench {
namespace {

class GlasspostTalk final : public ZmtpTalk {
 public:
  GlasspostTalk(const DeviceIdentity& self, const DeviceIdentity& partner, std::uint64_t& key,
                bool asks_first)
      : token_(self.token),
        pair_(pair_of(user_of(self.device), user_of(partner.device))),
        self_(self.device),
        key_(key),
        asks_first_(asks_first) {}

  // The handshake and the login in one go: nothing in the server's half would change ours.
  void begin(Line& line) override {
    zmtp::append_greeting(line.out());
    zmtp::append_ready(line.out(), zmtp::Role::kClient);
    if (!asks_first_) log_in(line);
  }

  void text(Line& line, std::uint64_t id, std::string_view body) override {
    envelope_.Clear();
    envelope_.set_request(id);
    v1::SendText& text = *envelope_.mutable_send_text();
    text.set_conversation(pair_.value);
    text.set_client_id(id);
    text.set_text(body.data(), body.size());
    send(line);
  }

  // zmtp::Sink.
  void ready(std::string_view, std::string_view) override {
    if (asks_first_) log_in(*line_);
  }
  void frame(std::string_view body) override {
    if (!heard_.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
      return line_->broken("an envelope cannot be read");
    }
    switch (heard_.body_case()) {
      case v1::ClientEnvelope::kLoginDone:
        return line_->ready();  // if there is something to sync, a notice follows
      case v1::ClientEnvelope::kTextSent:
        return line_->acknowledged(heard_.text_sent().client_id());
      case v1::ClientEnvelope::kNotice:
        newest_ = std::max(newest_, heard_.notice().newest());
        if (newest_ > key_ && !syncing_) sync();
        return;
      case v1::ClientEnvelope::kSyncPage:
        return take_page(heard_.sync_page());
      case v1::ClientEnvelope::kFailure:
        return take_failure(heard_.failure());
      default:
        return line_->broken("an answer that nobody asked for");
    }
  }

 private:
  void log_in(Line& line) {
    envelope_.Clear();
    envelope_.mutable_login()->set_token(token_);
    send(line);
  }

  // Only what may be said again is; the load logs in once and sends nothing wrong.
  void take_failure(const v1::Failure& failure) {
    const Duration later = std::chrono::milliseconds(failure.retry_after_ms());
    if (heard_.request() == 0 || later == Duration(0)) {
      return line_->broken("refused: " + failure.sentence());
    }
    line_->again(heard_.request(), later);
  }

  void take_page(const v1::SyncPage& page) {
    syncing_ = false;
    for (const v1::Message& message : page.messages()) {
      if (message.sender_device() != self_.value) line_->shown(message.text());
    }
    key_ = page.key();
    if (page.more() || newest_ > key_) sync();
  }

  void sync() {
    syncing_ = true;
    envelope_.Clear();
    envelope_.mutable_sync()->set_key(key_);
    send(*line_);
  }

  void send(Line& line) {
    envelope_.SerializeToString(&written_);
    zmtp::append_frame(line.out(), written_);
  }

  std::string token_;
  ConversationId pair_;
  DeviceId self_;
  std::uint64_t& key_;
  bool asks_first_;
  v1::ClientEnvelope envelope_;
  v1::ClientEnvelope heard_;
  std::string written_;
  std::uint64_t newest_ = 0;
  bool syncing_ = false;
};

}  // namespace

TalkFactory glasspost_talk(const std::vector<DeviceIdentity>& devices,
                           std::vector<std::uint64_t>& keys, bool asks_first) {
  keys.resize(devices.size());
  return [&devices, &keys, asks_first](std::size_t line) {
    return std::make_unique<GlasspostTalk>(devices.at(line), devices.at(line ^ 1), keys.at(line),
                                           asks_first);
  };
}

}  // namespace glasspost::bench
