// What a device may send: frames on three connections of a whole house (a stranger's, and two that
// are logged in), through the host's reading and every role that a request reaches. What must hold:
//   - each envelope that can be read is answered, once, to whoever sent it, under its own request;
//   - nobody else hears more than notices, or that its login was ended;
//   - every answer fits into a frame of the edge;
//   - identity comes from the session: no request travels inwards under another device's name;
//   - no role breaks an invariant.
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "tests/fuzz/house.hpp"

namespace glasspost::fuzz {
namespace {

constexpr std::uint64_t kConnections = 3;  // numbered from 1; nobody is logged in on the first
constexpr std::size_t kEdgeFrameBytesMax = 65'536;

// The device that a letter into the house speaks for, or nothing.
const v1::Origin* origin_of(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kSubmit:
      return &letter.submit().origin();
    case v1::Letter::kReadHistory:
      return &letter.read_history().origin();
    case v1::Letter::kPullRows:
      return &letter.pull_rows().origin();
    case v1::Letter::kLookupName:
      return &letter.lookup_name().origin();
    case v1::Letter::kEndLogin:
      return &letter.end_login().origin();
    case v1::Letter::kRegisterRoute:
      return &letter.register_route().origin();
    default:
      return nullptr;
  }
}

bool is_unasked(const v1::ClientEnvelope& said) {
  return said.request() == 0 && (said.has_notice() || said.has_login_ended());
}

// What comes out of the house while one frame is dealt with.
class Judge final : public HouseListener {
 public:
  void envelope(std::uint64_t connection, const v1::ClientEnvelope& said) override {
    must(said.ByteSizeLong() <= kEdgeFrameBytesMax, "an answer fits into a frame of the edge");
    if (said.has_login_done()) device_[connection] = said.login_done().device();
    if (said.has_login_ended()) device_[connection] = 0;
    if (is_unasked(said) && !(connection == asker_ && said.has_login_ended() && request_ == 0)) {
      return;
    }
    must(connection == asker_, "an answer goes to whoever asked");
    must(said.request() == request_, "an answer names its request");
    ++answers_;
  }
  void stepped(Address role, const Input&, const Outbox& out) override {
    if (role != kAccess) return;
    for (const Send& send : out.sends) {
      const v1::Origin* origin = origin_of(send.letter);
      if (origin == nullptr) continue;
      if (send.letter.has_register_route()) {  // it goes before the answer to the login
        device_[origin->connection()] = origin->device();
      }
      must(origin->device() != 0 && origin->device() == device_[origin->connection()],
           "a request speaks for the device that is logged in");
      must(origin->user() == user_of(DeviceId{origin->device()}).value,
           "a request speaks for the user that is logged in");
    }
  }

  void asks(std::uint64_t connection, std::uint64_t request) {
    asker_ = connection;
    request_ = request;
    answers_ = 0;
  }
  unsigned answers() const { return answers_; }

 private:
  std::uint64_t asker_ = 0;
  std::uint64_t request_ = 0;
  unsigned answers_ = 0;
  std::map<std::uint64_t, std::uint64_t> device_;  // by connection; 0: nobody
};

// The house before the first frame, and who listens there.
struct Scene {
  House house{false};
  Judge judge;

  Scene() {
    house.listen(&judge);
    for (std::uint64_t connection = 1; connection <= kConnections; ++connection)
      house.open(connection);
    ask(2, login_with(house.token(kAlice, 1)));
    ask(3, login_with(house.token(kBob, 1)));
    for (std::uint64_t number = 1; number <= 8; ++number)
      ask(2, text_to(pair_of(kAlice, kBob), number, "text " + std::to_string(number)));
    house.listen(nullptr);
  }

  void ask(std::uint64_t connection, const v1::ClientEnvelope& asked) {
    take(connection, asked.SerializeAsString());
  }

  void take(std::uint64_t connection, std::string_view frame) {
    v1::ClientEnvelope asked;
    const bool whole = asked.ParseFromArray(frame.data(), static_cast<int>(frame.size()));
    judge.asks(connection, asked.request());
    const bool read = house.say(connection, frame);
    must(read == whole, "what is no envelope is not read");
    must(judge.answers() == (read ? 1U : 0U), "every request is answered once");
  }
};

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  static const Scene before;
  Scene scene = before;
  scene.house.listen(&scene.judge);
  Pieces input(data, size);
  while (!input.empty()) {
    const std::uint64_t connection = input.byte() % kConnections + 1;
    scene.take(connection, input.piece());
  }
  must(scene.house.broken_invariant().empty(), scene.house.broken_invariant());
  return 0;
}
