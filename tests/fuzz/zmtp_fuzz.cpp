// The ZMTP codec, both sides, on any bytes, cut anywhere. What must hold:
//   - the same bytes give the same events, however they are cut;
//   - what is handed out is within the limits: frames, identities, contexts, sentences;
//   - what is kept between two reads is at most the bytes that came, and never above the limit;
//   - each PING is answered, by what a peer of ours reads as that PONG, and by no other byte;
//   - a violation is the last event.
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/live/zmtp.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

using zmtp::Codec;
using zmtp::Role;

constexpr std::size_t kFrameBytesMax = 600;
constexpr std::size_t kKeptMax = 100;  // where longer frames are skipped

// Writes every event down, and holds it to the limits.
class Listener final : public zmtp::Sink {
 public:
  explicit Listener(Role role) : role_(role) {}

  void ready(std::string_view identity, std::string_view socket_type) override {
    note('R', identity);
    must(!ready_, "READY is told once");
    must(identity.size() <= zmtp::kIdentityBytesMax, "an identity has at most 255 bytes");
    must(identity.empty() || identity.front() != '\0', "no identity starts with a zero byte");
    must(socket_type == (role_ == Role::kServer ? "DEALER" : "ROUTER"), "only our peers are ready");
    ready_ = true;
  }
  void frame(std::string_view body) override {
    note('F', body);
    must(ready_, "no frame comes before READY");
    must(body.size() <= kFrameBytesMax, "no frame is longer than allowed");
  }
  void skipped() override {
    note('S', {});
    must(ready_, "no frame comes before READY");
  }
  void ping(std::string_view context, std::uint16_t ttl_tenths) override {
    note('P', context);
    events_ += static_cast<char>(ttl_tenths >> 8);
    events_ += static_cast<char>(ttl_tenths & 0xff);
    must(ready_, "no PING comes before READY");
    must(context.size() <= zmtp::kPingContextBytesMax, "a context has at most 16 bytes");
    zmtp::append_pong(wanted_, context);
    must(output_ == wanted_, "a PING is answered by its PONG");
  }
  void pong(std::string_view context) override {
    note('p', context);
    must(ready_, "no PONG comes before READY");
    must(context.size() <= zmtp::kPingContextBytesMax, "a context has at most 16 bytes");
  }
  void violation(zmtp::Violation code, std::string_view sentence) override {
    note('V', sentence);
    over_ = true;
    must(sentence.starts_with(zmtp::to_string(code)), "a violation says its sentence");
    must(sentence.size() <= 600, "a violation is a sentence, not a page");
    for (const char c : sentence)
      must(c >= ' ' && c <= '~', "what the peer said is made printable");
  }
  std::string& output() override { return output_; }

  const std::string& events() const { return events_; }
  const std::string& said() const { return output_; }
  bool is_over() const { return over_; }

 private:
  void note(char kind, std::string_view what) {
    must(!over_, "a violation is the last event");
    must(output_ == wanted_ || kind == 'P', "nothing but PONGs is said");
    events_ += kind;
    events_ += std::to_string(what.size());
    events_ += ':';
    events_ += what;
  }

  Role role_;
  bool ready_ = false;
  bool over_ = false;
  std::string events_;
  std::string output_;
  std::string wanted_;  // the PONGs
};

// A codec and who listens to it.
struct Side {
  Codec codec;
  Listener listener;

  Side(Role role, std::size_t kept_max) : codec(role, kFrameBytesMax), listener(role) {
    codec.keep_at_most(kept_max);
  }
};

// The same when the other side has introduced itself; made once, because inputs need it again and
// again.
const Side& introduced(Role role, std::size_t kept_max) {
  const auto make = [](Role side_role, std::size_t max) {
    Side side(side_role, max);
    std::string stream;
    zmtp::append_greeting(stream);
    zmtp::append_ready(stream, side_role == Role::kServer ? Role::kClient : Role::kServer);
    side.codec.feed(stream, side.listener);
    must(side.codec.is_ready(), "a codec takes our greeting and READY");
    return side;
  };
  static const Side sides[] = {make(Role::kServer, kFrameBytesMax), make(Role::kServer, kKeptMax),
                               make(Role::kClient, kFrameBytesMax), make(Role::kClient, kKeptMax)};
  return sides[(role == Role::kServer ? 0 : 2) + (kept_max == kFrameBytesMax ? 0 : 1)];
}

// Reads all bytes. The pieces are as long as `cuts` says, over and over; without it all come at
// once.
void read_all(Side& side, std::string_view bytes, std::string_view cuts) {
  Codec& codec = side.codec;
  const std::size_t came = bytes.size();
  for (std::size_t at = 0; !bytes.empty(); ++at) {
    const std::size_t wanted =
        cuts.empty() ? bytes.size() : static_cast<unsigned char>(cuts[at % cuts.size()]) + 1U;
    // A copy of its own: reading behind the piece is then reading behind an allocation.
    const std::string piece(bytes.substr(0, wanted));
    bytes.remove_prefix(piece.size());
    codec.feed(piece, side.listener);
    must(codec.heap_bytes() <= zmtp::kCommandBytesMax + 1, "a codec keeps at most one body");
    must(codec.is_closed() == side.listener.is_over(), "a closed codec has told of a violation");
    if (codec.is_closed()) must(codec.heap_bytes() == 0, "a closed codec keeps nothing");
  }
  must(side.listener.said().size() <= came, "a PONG is never longer than its PING");
}

// A peer of ours understands what the codec has said.
void check_pongs(const std::string& said, Role role) {
  if (said.empty()) return;
  Side peer = introduced(role == Role::kServer ? Role::kClient : Role::kServer, kFrameBytesMax);
  peer.codec.feed(said, peer.listener);
  must(peer.codec.is_ready(), "a peer of ours takes our PONGs");
}

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  Pieces input(data, size);
  // Bit 0: which side; bit 1: the other side has introduced itself; bit 2: skips long frames.
  const unsigned how = input.byte();
  const Role role = (how & 1) == 0 ? Role::kServer : Role::kClient;
  const std::size_t kept_max = (how & 4) == 0 ? kFrameBytesMax : kKeptMax;
  const std::string_view cuts = input.bytes(input.byte() & 7U);
  Side whole = (how & 2) == 0 ? Side(role, kept_max) : introduced(role, kept_max);
  Side cut = whole;
  const std::string_view stream = input.rest();
  read_all(whole, stream, {});
  read_all(cut, stream, cuts);
  must(whole.listener.events() == cut.listener.events() &&
           whole.listener.said() == cut.listener.said(),
       "cuts change nothing");
  check_pongs(whole.listener.said(), role);
  return 0;
}
