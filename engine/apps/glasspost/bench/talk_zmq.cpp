// The line of a bare libzmq ROUTER: no login, no store. A frame is "s", receiver, sender, id, text.
#include <fmt/format.h>

#include "engine/apps/glasspost/bench/talk_kinds.hpp"
#include "engine/apps/glasspost/bench/talks.hpp"
#include "engine/apps/glasspost/bench/zmq_router.hpp"

namespace glasspost::bench {
namespace {

class ZmqTalk final : public ZmtpTalk {
 public:
  void begin(Line& line) override {
    zmtp::append_greeting(line.out());
    zmtp::append_ready(line.out(), zmtp::Role::kClient, router_name(line.index()));
  }
  void text(Line& line, std::uint64_t id, std::string_view body) override {
    frame_ = router_name(line.partner());
    frame_.append(reinterpret_cast<const char*>(&id), sizeof(id));
    frame_ += body;
    zmtp::append_frame(line.out(), frame_);
  }

  void ready(std::string_view, std::string_view) override { line_->ready(); }
  void frame(std::string_view body) override {
    if (body.size() > sizeof(std::uint64_t)) return line_->shown(body);
    std::uint64_t id = 0;
    body.copy(reinterpret_cast<char*>(&id), sizeof(id));
    line_->acknowledged(id);
  }

 private:
  std::string frame_;
};

}  // namespace

TalkFactory zmq_talk() {
  return [](std::size_t) { return std::make_unique<ZmqTalk>(); };
}

}  // namespace glasspost::bench
