// MQTT 3.1.1, QoS 1 both ways: the broker acknowledges what is published, and the receiver
// acknowledges what it is handed.
#include <map>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/talk_kinds.hpp"
#include "engine/apps/glasspost/bench/talks.hpp"

namespace glasspost::bench {
namespace {

// Packet types, in the high half of the first byte.
constexpr unsigned kConnect = 1, kConnack = 2, kPublish = 3, kPuback = 4, kSubscribe = 8,
                   kSuback = 9;
constexpr unsigned kQos1 = 2;  // flag of a PUBLISH

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}

void append_text(std::string& out, std::string_view text) {
  append_u16(out, text.size());
  out += text;
}

std::size_t read_u16(std::string_view bytes) {
  return static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8 |
         static_cast<unsigned char>(bytes[1]);
}

void append_packet(std::string& out, unsigned first, std::string_view body) {
  out += static_cast<char>(first);
  std::size_t left = body.size();
  do {
    out += static_cast<char>((left & 0x7F) | (left > 0x7F ? 0x80 : 0));
    left >>= 7;
  } while (left > 0);
  out += body;
}

class MqttTalk final : public PiecesTalk {
 public:
  void begin(Line& line) override {
    std::string body;
    append_text(body, "MQTT");
    body += {'\x04', '\x02', '\x00', '\x00'};  // version 3.1.1, a clean session, no keep-alive
    append_text(body, fmt::format("line{}", line.index()));
    append_packet(line.out(), kConnect << 4, body);
    body.clear();
    append_u16(body, 1);
    append_text(body, fmt::format("box/{}", line.index()));
    body += '\x01';  // QoS 1
    append_packet(line.out(), kSubscribe << 4 | 2, body);
  }

  void text(Line& line, std::uint64_t id, std::string_view text) override {
    const std::size_t packet = id % 65'535 + 1;
    asked_[packet] = id;
    body_.clear();
    append_text(body_, fmt::format("box/{}", line.partner()));
    append_u16(body_, packet);
    body_ += text;
    append_packet(line.out(), kPublish << 4 | kQos1, body_);
  }

 private:
  std::size_t take_first(Line& line, std::string_view rest) override {
    std::size_t size = 0;
    std::size_t digits = 0;
    bool whole = false;
    while (1 + digits < rest.size() && digits < 4 && !whole) {
      const auto byte = static_cast<unsigned char>(rest[1 + digits]);
      size |= static_cast<std::size_t>(byte & 0x7F) << (7 * digits++);
      whole = (byte & 0x80) == 0;
    }
    if (!whole || rest.size() < 1 + digits + size) return 0;
    take(line, static_cast<unsigned char>(rest[0]), rest.substr(1 + digits, size));
    return 1 + digits + size;
  }

  void take(Line& line, unsigned first, std::string_view body) {
    switch (first >> 4) {
      case kSuback:
        return line.ready();
      case kPuback: {
        const auto found = asked_.find(read_u16(body));
        if (found == asked_.end()) return line.broken("an acknowledgement that nobody asked for");
        const std::uint64_t id = found->second;
        asked_.erase(found);
        return line.acknowledged(id);
      }
      case kPublish: {
        const std::size_t topic = read_u16(body);
        const bool acked = (first & kQos1) != 0;
        if (acked) append_packet(line.out(), kPuback << 4, body.substr(2 + topic, 2));
        return line.shown(body.substr(2 + topic + (acked ? 2 : 0)));
      }
      case kConnack:
        if (body[1] != 0) line.broken("the broker refuses the connection");
        return;
      default:
        return;
    }
  }

  std::map<std::size_t, std::uint64_t> asked_;
  std::string body_;
};

}  // namespace

TalkFactory mqtt_talk() {
  return [](std::size_t) { return std::make_unique<MqttTalk>(); };
}

}  // namespace glasspost::bench
