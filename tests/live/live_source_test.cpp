// A hub's stream as a source of facts: what counts as lost.
#include "engine/live/live_source.hpp"

#include <array>
#include <cstring>
#include <span>
#include <string>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/control/message_stream.hpp"
#include "engine/live/clocks.hpp"
#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

// A socket that answers the first subscriber with what a test says.
class FakeHub {
 public:
  FakeHub() {
    std::array<char, 32> folder{"/tmp/glasspost-hub-XXXXXX"};
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    folder_ = folder.data();
    path_ = folder_ + "/hub.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.c_str(), path_.size());
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(listener_, 1) == 0);
  }
  ~FakeHub() {
    if (peer_ >= 0) close(peer_);
    close(listener_);
    unlink(path_.c_str());
    rmdir(folder_.c_str());
  }
  FakeHub(const FakeHub&) = delete;
  FakeHub& operator=(const FakeHub&) = delete;

  const std::string& path() const { return path_; }

  void end() {
    close(peer_);
    peer_ = -1;
  }

  void say(std::span<const Fact> facts, std::uint64_t lost, Time until) {
    if (peer_ < 0) peer_ = accept(listener_, nullptr, nullptr);
    v1::HubReply reply;
    append_facts(*reply.mutable_facts(), facts.data(), facts.size());
    reply.set_lost(lost);
    reply.set_until_us(to_us(until));
    std::string bytes;
    append_message(bytes, reply);
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t sent = send(peer_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      REQUIRE(sent > 0);
      at += static_cast<std::size_t>(sent);
    }
  }

 private:
  std::string folder_;
  std::string path_;
  int listener_ = -1;
  int peer_ = -1;
};

std::uint64_t lost_in(const FactBatch& batch) {
  std::uint64_t lost = 0;
  for (const Fact& fact : batch.facts) {
    if (fact.kind == FactKind::kLost) lost += fact.object;
  }
  return lost;
}

Fact a_shown(Time at) {
  return {.time_us = to_us(at), .kind = FactKind::kShown, .subject = 1};
}

}  // namespace

TEST_CASE("what a hub forgets before its first word is no loss, and what it skips later is one") {
  FakeHub hub;
  LiveSource source(hub.path(), UINT64_MAX);
  CHECK(source.poll(kNever).facts.empty());  // connects
  const Time now = station_now();
  const Fact first = a_shown(now - std::chrono::seconds(9));
  hub.say({&first, 1}, 155, now - std::chrono::seconds(8));
  const FactBatch begun = source.poll(kNever);
  CHECK(lost_in(begun) == 0);
  REQUIRE(begun.facts.size() == 1);
  CHECK(begun.facts[0] == first);
  CHECK(to_us(source.begins()) == first.time_us);
  const Fact second = a_shown(now - std::chrono::seconds(3));
  hub.say({&second, 1}, 7, now - std::chrono::seconds(3));
  const FactBatch later = source.poll(kNever);
  CHECK(lost_in(later) == 7);
  CHECK(later.facts.back() == second);
}

TEST_CASE("what a hub had in hand as it ended is lost, and nobody counted it") {
  FakeHub hub;
  LiveSource source(hub.path());
  source.poll(kNever);
  const Time now = station_now();
  const Fact first = a_shown(now);
  hub.say({&first, 1}, 0, now);
  source.poll(kNever);
  hub.end();
  const FactBatch batch = source.poll(kNever);
  REQUIRE(batch.facts.size() == 1);
  CHECK(is_uncounted_loss(batch.facts[0]));
}

}  // namespace glasspost
