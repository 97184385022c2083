// The control protocol: any stream of bytes on the supervisor's socket, cut anywhere, through the
// reader of messages and the supervisor's answers. What must hold:
//   - messages come out as lengths say, however the stream is cut, and a broken stream says nothing
//     more;
//   - what waits for its end is no longer than the longest message and what was read last;
//   - each request that can be read is answered under its number, in one message;
//   - a refusal is text that a terminal may show;
//   - a choice that is set is the choice that is then told, and its fact says it too.
// There is no process behind this supervisor: what is passed on to one is not looked at here.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "engine/control/message_stream.hpp"
#include "engine/control/supervisor.hpp"
#include "engine/core/administrator.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

// What the framing says, in the plainest way.
std::vector<std::string> messages_of(std::string_view stream, bool& broken) {
  std::vector<std::string> messages;
  broken = false;
  while (stream.size() >= 4) {
    std::size_t length = 0;
    for (int index = 3; index >= 0; --index)
      length = length << 8 | static_cast<unsigned char>(stream[static_cast<std::size_t>(index)]);
    if (length > kControlMessageMax) {
      broken = true;
      break;
    }
    if (stream.size() - 4 < length) break;
    messages.emplace_back(stream.substr(4, length));
    stream.remove_prefix(4 + length);
  }
  return messages;
}

std::vector<std::string> read_in_pieces(std::string_view stream, std::string_view cuts,
                                        bool& broken) {
  MessageReader reader;
  std::vector<std::string> messages;
  for (std::size_t at = 0; !stream.empty(); ++at) {
    const std::size_t wanted =
        cuts.empty() ? stream.size() : static_cast<unsigned char>(cuts[at % cuts.size()]) + 1U;
    reader.feed(stream.substr(0, wanted));
    stream.remove_prefix(std::min(stream.size(), wanted));
    while (std::optional<std::string> message = reader.next())
      messages.push_back(std::move(*message));
    must(reader.waiting() < 4 + kControlMessageMax, "what waits is less than a message");
    if (reader.broken()) must(reader.waiting() == 0, "a broken stream keeps nothing");
  }
  broken = reader.broken();
  return messages;
}

// A supervisor that was never told to begin, in a folder of its own where its choices are written
// down.
class Desk {
 public:
  Desk()
      : directory_(make_folder()),
        supervisor_(nullptr, RunDirectory(directory_), topology(), "no program") {}
  ~Desk() {
    ::unlink((directory_ + "/cluster.toml").c_str());
    ::rmdir(directory_.c_str());
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  void take(const std::string& message) {
    const Result<v1::ControlRequest> request = Supervisor::read_request(message);
    if (!request) return;
    const v1::ControlReply reply = supervisor_.answer(*request);
    must(reply.number() == request->number(), "an answer names its request");
    must(reply.ByteSizeLong() <= kControlMessageMax, "an answer fits into a message");
    must(is_fit_for_terminal(reply.refusal()), "a refusal is fit for a terminal");
    if (request->has_change_choice() && reply.refusal().empty()) check_choice(*request, reply);
    if (request->has_ask_role()) must(!reply.refusal().empty(), "no process has a role here");
  }

 private:
  static std::string make_folder() {
    std::array<char, 32> name{"/dev/shm/glasspost-fuzz-XXXXXX"};
    must(::mkdtemp(name.data()) != nullptr, "a folder can be made in /dev/shm");
    return name.data();
  }
  static Topology topology() {
    Result<Topology> made = make_topology({});
    must(static_cast<bool>(made), "the usual topology can be made");
    return made.take();
  }

  void check_choice(const v1::ControlRequest& request, const v1::ControlReply& reply) {
    must(reply.choices_size() == 1, "a change tells its choice");
    const v1::ChoiceValue& changed = reply.choices(0);
    v1::ControlRequest question;
    question.mutable_choices();
    bool told = false;
    const v1::ControlReply all = supervisor_.answer(question);
    for (const v1::ChoiceValue& choice : all.choices()) {
      if (choice.key() == changed.key()) told = choice.value() == changed.value();
    }
    must(told && changed.key() == request.change_choice().key(), "a choice that is set is told");
    const Fact fact = choice_fact(changed.key(), changed.value(), 1);
    must(choice_key_of(fact) == changed.key() && choice_value_of(fact) == changed.value(),
         "the fact of a choice says which and what");
  }

  std::string directory_;
  Supervisor supervisor_;
};

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  static Desk desk;  // each answer depends on its request alone, but for the choices in force
  Pieces input(data, size);
  const std::string_view cuts = input.bytes(input.byte() & 7U);
  const std::string stream(input.rest());
  bool broken = false;
  bool read_broken = false;
  const std::vector<std::string> wanted = messages_of(stream, broken);
  must(read_in_pieces(stream, cuts, read_broken) == wanted && read_broken == broken,
       "messages come as their lengths say");
  for (const std::string& message : wanted)
    desk.take(message);
  return 0;
}
