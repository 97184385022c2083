// Redis Streams: a text is an XADD to the receiver's stream, answered when it is appended (and,
// with appendfsync always, synced). A second connection of each receiver waits with XREAD BLOCK.
// And numbers: a text is a pipeline of INCRs, acknowledged and shown when the last is answered.
#include <charconv>
#include <deque>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/talk_kinds.hpp"
#include "engine/apps/glasspost/bench/talks.hpp"
#include "engine/base/random.hpp"

namespace glasspost::bench {
namespace {

// The length of the first whole reply (RESP 2), 0 if it is cut. Bulk strings go to `found`.
std::size_t whole_reply(std::string_view bytes, std::vector<std::string_view>& found) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos) return 0;
  const char kind = bytes[0];
  std::int64_t number = 0;
  if (kind == '*' || kind == '$') std::from_chars(bytes.data() + 1, bytes.data() + end, number);
  std::size_t at = end + 2;
  if (kind == '$' && number >= 0) {
    const auto size = static_cast<std::size_t>(number);
    if (bytes.size() < at + size + 2) return 0;
    found.push_back(bytes.substr(at, size));
    return at + size + 2;
  }
  for (std::int64_t i = 0; kind == '*' && i < number; ++i) {
    const std::size_t part = whole_reply(bytes.substr(at), found);
    if (part == 0) return 0;
    at += part;
  }
  return at;
}

void append_command(std::string& out, std::initializer_list<std::string_view> words) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", words.size());
  for (const std::string_view word : words)
    fmt::format_to(std::back_inserter(out), "${}\r\n{}\r\n", word.size(), word);
}

// Splits what arrives into replies.
class RedisTalk : public PiecesTalk {
 protected:
  virtual void take(Line& line) = 0;
  std::vector<std::string_view> found_;

 private:
  std::size_t take_first(Line& line, std::string_view rest) override {
    found_.clear();
    const std::size_t size = whole_reply(rest, found_);
    if (size > 0 && rest[0] == '-') {
      line.broken(std::string(rest.substr(0, size)));
      return 0;
    }
    if (size > 0) take(line);
    return size;
  }
};

class RedisSender final : public RedisTalk {
 public:
  void begin(Line& line) override { line.ready(); }
  void text(Line& line, std::uint64_t id, std::string_view body) override {
    append_command(line.out(), {"XADD", fmt::format("box:{}", line.partner()), "MAXLEN", "~",
                                "1000", "*", "t", body});
    asked_.push_back(id);
  }

 private:
  void take(Line& line) override {
    line.acknowledged(asked_.front());
    asked_.pop_front();
  }
  std::deque<std::uint64_t> asked_;
};

class RedisCounters final : public RedisTalk {
 public:
  RedisCounters(std::uint32_t users, std::uint32_t batch, std::size_t line)
      : users_(users), batch_(batch), random_(line) {}

  void begin(Line& line) override { line.ready(); }
  void text(Line& line, std::uint64_t id, std::string_view body) override {
    const auto first = static_cast<std::uint32_t>(random_.below(users_ / batch_)) * batch_ + 1;
    for (std::uint32_t user = first; user < first + batch_; ++user)
      append_command(line.out(), {"INCR", fmt::format("u:{}", user)});
    asked_.emplace_back(id, body);
  }

 private:
  void take(Line& line) override {
    if (++heard_ < batch_) return;
    heard_ = 0;
    const auto [id, body] = std::move(asked_.front());
    asked_.pop_front();
    line.acknowledged(id);
    line.shown(body);
  }

  std::uint32_t users_;
  std::uint32_t batch_;
  Random random_;
  std::uint32_t heard_ = 0;  // answers of the oldest pipeline
  std::deque<std::pair<std::uint64_t, std::string>> asked_;
};

class RedisReader final : public RedisTalk {
 public:
  explicit RedisReader(std::size_t box) : box_(fmt::format("box:{}", box)) {}

  // From the newest row on: a wait that began at "$" could miss what is sent before it arrives.
  void begin(Line& line) override {
    append_command(line.out(), {"XREVRANGE", box_, "+", "-", "COUNT", "1"});
  }
  void text(Line&, std::uint64_t, std::string_view) override {}

 private:
  static constexpr std::size_t kPerRow = 3;  // its id, the field's name, the text

  void take(Line& line) override {
    if (last_.empty()) {
      last_ = found_.empty() ? "0-0" : std::string(found_.front());
      line.ready();
    } else {
      for (std::size_t at = 1; at + kPerRow <= found_.size(); at += kPerRow) {
        last_ = found_[at];
        line.shown(found_[at + 2]);
      }
    }
    append_command(line.out(), {"XREAD", "BLOCK", "0", "STREAMS", box_, last_});
  }

  std::string last_;
  std::string box_;
};

}  // namespace

TalkFactory redis_talk(std::size_t senders) {
  return [senders](std::size_t line) -> std::unique_ptr<Talk> {
    if (line < senders) return std::make_unique<RedisSender>();
    return std::make_unique<RedisReader>(line - senders);
  };
}

TalkFactory redis_counters(std::uint32_t users, std::uint32_t batch) {
  return [users, batch](std::size_t line) -> std::unique_ptr<Talk> {
    return std::make_unique<RedisCounters>(users, batch, line);
  };
}

}  // namespace glasspost::bench
