// What a device may send, as access meets it: frames on three connections, through the host's
// reading and the role; the rest of the house is played here and answers at once, later or never.
// What must hold:
//   - an envelope that can be read has one consequence: an answer to whoever sent it, under its own
//     request, or one question into the house;
//   - identity comes from the session: a question speaks for the device that is logged in there;
//   - an answer of the house becomes at most one envelope, for the connection that asked, and only
//     while the same device is logged in there;
//   - at most 64 texts of a connection are under way; a role of one session for each connection;
//   - the role breaks no invariant.
// What the other roles do with such a question is house_fuzz.cpp's affair.
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/arrival.hpp"
#include "engine/core/limits.hpp"
#include "engine/roles/access/access.hpp"
#include "engine/storage/memory_store.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

constexpr Address kAccess{RoleKind::kAccess, 1};
constexpr std::uint64_t kConnections = 3;
constexpr std::size_t kPendingMax = 200;  // what the played house forgets beyond
constexpr std::uint32_t kUsers = 50;

Config small_config() {
  Config config;
  config.users_per_section = kUsers;
  config.conversation_owners = {{RoleKind::kConversation, 1}};
  config.mailbox_owners = {{RoleKind::kMailbox, 1}};
  config.seq_owners = {{RoleKind::kSeq, 1}};
  config.replicas = {{RoleKind::kStore, 1}};
  return config;
}

// Access, and what is under way in the house behind it.
class Front {
 public:
  Front() {
    static const Config config = small_config();
    Input input;
    input.kind = Input::Kind::kConfig;
    input.config = &config;
    step(input);
    for (std::uint64_t connection = 1; connection <= kConnections; ++connection)
      change(connection, true);
  }

  void change(std::uint64_t connection, bool up) {
    Input input;
    input.kind = Input::Kind::kPeer;
    input.peer = {{RoleKind::kDevice, connection}, BootId{1}, up};
    for (const Send& send : step(input).sends)
      must(send.letter.has_forget_route(), "a closed connection is told to its mailbox alone");
  }

  // One frame of a device.
  void take(std::uint64_t connection, std::string_view bytes) {
    std::optional<v1::Letter> read = read_envelope(kAccess, connection, bytes);
    if (!read) return;  // the host refuses it
    const std::uint64_t device = device_on(connection);
    const v1::ClientEnvelope asked = read->client();
    Input input;
    input.kind = Input::Kind::kLetters;
    input.letters = {&*read, 1};
    const Outbox out = step(input);
    must(out.sends.size() == 1, "a frame has one consequence");
    const v1::Letter& sent = out.sends.front().letter;
    if (sent.has_client()) {
      must(unpack(sent.target()).number == connection, "an answer goes to whoever asked");
      must(sent.client().request() == asked.request(), "an answer names its request");
      must(sent.client().has_failure(), "what access answers by itself is a refusal");
      return;
    }
    const v1::Origin& origin = origin_of(sent);
    must(origin.connection() == connection && origin.request() == asked.request(),
         "a question tells where it came from");
    must(origin.device() == device, "a question speaks for the device that is logged in");
    must(device != 0 || sent.has_login_check(), "a stranger asks nothing but to be let in");
    pending_.push_back(sent);
    if (pending_.size() > kPendingMax) pending_.erase(pending_.begin());
  }

  // The house answers what it was asked.
  void answer_all() {
    for (const v1::Letter& question : std::exchange(pending_, {})) {
      const v1::Origin& origin = origin_of(question);
      const bool current =
          origin.device() != 0 && device_on(origin.connection()) == origin.device();
      const v1::Letter answer = answer_to(question);
      Input input;
      input.kind = Input::Kind::kLetters;
      input.letters = {&answer, 1};
      unsigned said = 0;
      for (const Send& send : step(input).sends) {
        if (!send.letter.has_client()) continue;
        const bool is_other = unpack(send.letter.target()).number != origin.connection();
        if (is_other || send.letter.client().request() != origin.request()) {
          must(send.letter.client().has_login_ended(), "others hear only that they were replaced");
          continue;
        }
        ++said;
      }
      if (!question.has_login_check()) must(said == (current ? 1 : 0), "one answer while current");
      must(said <= 1, "an answer becomes at most one envelope");
    }
  }

  void pass(Duration duration) { now_ += duration; }

 private:
  Outbox step(const Input& input) {
    static const MemoryStore nothing;
    Outbox out;
    role_.step(input, {now_, 1'700'000'000'000, BootId{1}, nothing, 77, ++steps_}, out);
    must(role_.broken_invariant().empty(), role_.broken_invariant());
    must(role_.state().sessions.size() <= kConnections, "a session for each connection");
    for (const auto& [connection, session] : role_.state().sessions)
      must(session.sending.size() <= limits::kUnackedPerDevice, "64 texts are under way at most");
    must(out.puts.empty(), "access keeps nothing on disk");
    return out;
  }

  std::uint64_t device_on(std::uint64_t connection) const {
    const auto found = role_.state().sessions.find(connection);
    return found == role_.state().sessions.end() ? 0 : found->second.device.value;
  }

  static const v1::Origin& origin_of(const v1::Letter& letter) {
    switch (letter.body_case()) {
      case v1::Letter::kLoginCheck:
        return letter.login_check().origin();
      case v1::Letter::kSubmit:
        return letter.submit().origin();
      case v1::Letter::kReadHistory:
        return letter.read_history().origin();
      case v1::Letter::kPullRows:
        return letter.pull_rows().origin();
      case v1::Letter::kLookupName:
        return letter.lookup_name().origin();
      default:
        must(letter.has_end_login(), "access asks only what it is there to ask");
        return letter.end_login().origin();
    }
  }

  // What the house would say; which of the two verdicts depends on what was asked.
  v1::Letter answer_to(const v1::Letter& question) {
    v1::Letter answer;
    answer.set_target(pack(kAccess));
    const v1::Origin& origin = origin_of(question);
    switch (question.body_case()) {
      case v1::Letter::kLoginCheck:
        check_login(question.login_check(), *answer.mutable_login_checked());
        break;
      case v1::Letter::kSubmit: {
        v1::Submitted& submitted = *answer.mutable_submitted();
        *submitted.mutable_origin() = origin;
        submitted.set_conversation(question.submit().conversation());
        submitted.set_client_id(question.submit().client_id());
        if (question.submit().client_id() == 0) submitted.set_failure(v1::FAILURE_CODE_TOO_OLD);
        break;
      }
      case v1::Letter::kReadHistory:
        *answer.mutable_history_read()->mutable_origin() = origin;
        answer.mutable_history_read()->mutable_page();
        break;
      case v1::Letter::kPullRows:
        *answer.mutable_rows_pulled()->mutable_origin() = origin;
        answer.mutable_rows_pulled()->mutable_page()->set_key(question.pull_rows().key());
        break;
      case v1::Letter::kLookupName:
        *answer.mutable_name_found()->mutable_origin() = origin;
        answer.mutable_name_found()->set_user(
            static_cast<std::uint32_t>(question.lookup_name().name().size()));
        break;
      default:
        *answer.mutable_login_is_over()->mutable_origin() = origin;
        answer.mutable_login_is_over()->set_device(origin.device());
        answer.mutable_login_is_over()->set_newest_session(sessions_);
        answer.mutable_login_is_over()->set_reason(v1::END_REASON_LOGGED_OUT);
        break;
    }
    return answer;
  }

  // A token's or a password's first byte says whose device it is; some are nobody's.
  void check_login(const v1::LoginCheck& check, v1::LoginChecked& checked) {
    const std::string& secret = check.token().empty() ? check.password() : check.token();
    *checked.mutable_origin() = check.origin();
    const unsigned first = secret.empty() ? 0 : static_cast<unsigned char>(secret.front());
    if (first % 8 == 0) return checked.set_failure(v1::FAILURE_CODE_TOKEN_INVALID);
    const UserId user{first % kUsers + 1};
    checked.mutable_origin()->set_user(user.value);
    checked.mutable_origin()->set_device(device_of(user, first % 2 + 1).value);
    checked.set_session(++sessions_);
    if (check.token().empty()) checked.set_token("a token");
  }

  Access role_{kAccess};
  Time now_ = time_from_us(5'000'000);
  std::uint64_t steps_ = 0;
  std::uint64_t sessions_ = 0;
  std::vector<v1::Letter> pending_;
};

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  static const Front before;
  Front front = before;
  Pieces input(data, size);
  while (!input.empty()) {
    // What is done, by its last two bits: a frame on one of three connections, or a new connection.
    const unsigned what = input.byte();
    front.pass(std::chrono::seconds(what >> 5));
    if ((what & 3) == 3) {
      const std::uint64_t connection = (what >> 3) % kConnections + 1;
      front.change(connection, false);
      front.change(connection, true);
    } else {
      front.take((what & 3) + 1, input.piece());
    }
    if ((what & 4) == 0) front.answer_all();
  }
  return 0;
}
