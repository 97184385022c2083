// The line of a bare libzmq ROUTER: no login, no store. A frame is "s", receiver, sender, id, text.
#include <fmt/format.h>

#include "engine/apps/glasspost/bench/talks.hpp"
#include "engine/apps/glasspost/bench/zmq_router.hpp"
#include "engine/live/zmtp.hpp"

namespace glasspost::bench {
namespace {

class ZmqTalk final : public Talk, public zmtp::Sink {
 public:
  void begin(Line& line) override {
    line_ = &line;
    zmtp::append_greeting(line.out());
    zmtp::append_ready(line.out(), zmtp::Role::kClient, router_name(line.index()));
  }
  void bytes(Line& line, std::string_view bytes) override {
    line_ = &line;
    codec_.feed(bytes, *this);
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
  void ping(std::string_view, std::uint16_t) override {}
  void pong(std::string_view) override {}
  void violation(zmtp::Violation, std::string_view sentence) override {
    line_->broken(std::string(sentence));
  }
  std::string& output() override { return line_->out(); }

 private:
  zmtp::Codec codec_{zmtp::Role::kClient, 65'536};
  Line* line_ = nullptr;
  std::string frame_;
};

}  // namespace

TalkFactory zmq_talk() {
  return [](std::size_t) { return std::make_unique<ZmqTalk>(); };
}

}  // namespace glasspost::bench
