// NATS's text protocol, with JetStream acknowledgements. A text is published with a reply subject
// that names it; the stream's answer there is the acknowledgement. The receiver hears the text by a
// plain subscription, which costs the server less than a consumer of the stream would.
#include <charconv>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/talk_kinds.hpp"
#include "engine/apps/glasspost/bench/talks.hpp"

namespace glasspost::bench {
namespace {

class NatsTalk final : public PiecesTalk {
 public:
  void begin(Line& line) override {
    // The stream is made by every line; the server answers alike when it is there.
    constexpr std::string_view kStream =
        R"({"name":"BOX","subjects":["box.>"],"storage":"file","max_msgs":200000})";
    line.out() += "CONNECT {\"verbose\":false,\"pedantic\":false}\r\n";
    line.out() += fmt::format("SUB box.{} 1\r\nSUB ack.{}.* 2\r\nSUB made.{} 3\r\n", line.index(),
                              line.index(), line.index());
    line.out() += fmt::format("PUB $JS.API.STREAM.CREATE.BOX made.{} {}\r\n{}\r\n", line.index(),
                              kStream.size(), kStream);
  }

  void text(Line& line, std::uint64_t id, std::string_view body) override {
    fmt::format_to(std::back_inserter(line.out()), "PUB box.{} ack.{}.{} {}\r\n", line.partner(),
                   line.index(), id, body.size());
    line.out() += body;
    line.out() += "\r\n";
  }

 private:
  std::size_t take_first(Line& line, std::string_view rest) override {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return 0;
    const std::string_view head = rest.substr(0, end);
    if (head.starts_with("-ERR")) {
      line.broken(std::string(head));
      return 0;
    }
    if (!head.starts_with("MSG ")) {
      if (head == "PING") line.out() += "PONG\r\n";
      return end + 2;
    }
    std::size_t size = 0;
    const std::string_view digits = head.substr(head.rfind(' ') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (rest.size() < end + 2 + size + 2) return 0;
    take(line, head, rest.substr(end + 2, size));
    return end + 2 + size + 2;
  }

  static void take(Line& line, std::string_view head, std::string_view body) {
    if (head.starts_with("MSG box.")) return line.shown(body);
    if (head.starts_with("MSG made.")) return line.ready();
    if (body.find("\"error\"") != std::string_view::npos) return line.broken(std::string(body));
    const std::string_view subject = head.substr(4, head.find(' ', 4) - 4);
    const std::string_view digits = subject.substr(subject.rfind('.') + 1);
    std::uint64_t id = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), id);
    line.acknowledged(id);
  }
};

}  // namespace

TalkFactory nats_talk() {
  return [](std::size_t) { return std::make_unique<NatsTalk>(); };
}

}  // namespace glasspost::bench
