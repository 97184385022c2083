// glasspost chat, send: what one person does.
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>
#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/device.hpp"
#include "engine/base/text.hpp"
#include "engine/control/message_word.hpp"
#include "engine/core/failure.hpp"
#include "engine/core/name.hpp"
#include "engine/roles/client/client.hpp"

namespace glasspost {
namespace {

struct PersonOptions : ClusterOptions {
  std::string from;
  std::string to;
  std::string text;
  std::string name;
  unsigned device = 1;
  unsigned seconds = 10;
};

// How the wait for one text ended.
enum class SendEnd { kNoAnswer, kSent, kTextRefused, kLoginRefused, kInterrupted, kDiskFailed };

// Waits until one text is acknowledged or refused. The device may have older texts on its disk that
// go out first; their answers are not this one's.
class Sending final : public DeviceEvents {
 public:
  explicit Sending(uv_loop_t* loop) : loop_(loop) {}
  void heard(const v1::Letter& letter) override {
    if (letter.has_text_sent()) on_sent(letter.text_sent());
    if (letter.has_text_failed()) on_failed(letter.text_failed());
    if (letter.has_login_ended()) {
      end(SendEnd::kLoginRefused, letter.login_ended().sentence());
    }
  }
  void connected(bool) override {}
  void disk_failed(const Error& error) override { end(SendEnd::kDiskFailed, error.message); }
  void interrupt() { end(SendEnd::kInterrupted, "ended before an answer came."); }

  std::uint64_t client_id_ = 0;  // of the text that is waited for
  v1::TextSent sent_;
  SendEnd end_ = SendEnd::kNoAnswer;
  std::string why_;                    // a sentence, but for kSent
  std::vector<std::string> of_older_;  // what became of texts that waited, a sentence each

 private:
  // The first end counts.
  void end(SendEnd how, const std::string& why) {
    if (end_ == SendEnd::kNoAnswer) {
      end_ = how;
      why_ = why;
    }
    uv_stop(loop_);
  }

  void on_sent(const v1::TextSent& sent) {
    if (sent.client_id() != client_id_) {
      of_older_.push_back(fmt::format("An older text that waited is sent, too: number {} of {}.",
                                      sent.number(), to_text(ConversationId{sent.conversation()})));
      return;
    }
    sent_ = sent;
    end(SendEnd::kSent, "");
  }

  void on_failed(const v1::TextFailed& failed) {
    const std::string why(sentence_of(failed.code()));
    if (failed.client_id() != client_id_) {
      of_older_.push_back("An older text that waited is refused: " + why);
      return;
    }
    end(SendEnd::kTextRefused, why);
  }

  uv_loop_t* loop_;
};

// Until the text is answered, the time is up, or the person has enough.
void wait_for_answer(uv_loop_t* loop, Sending& sending, unsigned seconds) {
  uv_timer_t patience;
  uv_timer_init(loop, &patience);
  uv_timer_start(
      &patience, [](uv_timer_t* timer) { uv_stop(timer->loop); }, seconds * 1'000ULL, 0);
  uv_signal_t interrupt;
  uv_signal_init(loop, &interrupt);
  interrupt.data = &sending;
  uv_signal_start(
      &interrupt, [](uv_signal_t* heard, int) { static_cast<Sending*>(heard->data)->interrupt(); },
      SIGINT);
  uv_run(loop, UV_RUN_DEFAULT);
  uv_close(reinterpret_cast<uv_handle_t*>(&patience), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&interrupt), nullptr);
  uv_run(loop, UV_RUN_NOWAIT);
}

// Both members of the conversation, for one device of the first.
struct SendPair {
  DeviceIdentity from;
  ConversationId conversation;
};

Result<SendPair> find_pair(const PersonOptions& options, const RunDirectory& directory) {
  if (!is_utf8(options.text)) return Error{Code::kInvalidArgument, "a text must be UTF-8"};
  const Result<DeviceIdentity> from = find_device(directory, options.from, options.device);
  if (!from) return from.error();
  const Result<UserId> to = find_user(directory, options.to);
  if (!to) return to.error();
  if (user_of(from->device) == *to) {
    return Error{Code::kInvalidArgument, "a text goes to somebody else"};
  }
  return SendPair{*from, pair_of(user_of(from->device), *to)};
}

// Sends, and waits for what becomes of it. Errors: it was not even written down.
Status send_text(const PersonOptions& options, uv_loop_t* loop, Sending& sending) {
  const RunDirectory directory(options.directory);
  const Result<SendPair> pair = find_pair(options, directory);
  if (!pair) return pair.error();
  Result<std::unique_ptr<Device>> device = Device::open(loop, directory, pair->from, sending);
  if (!device) return device.error();
  DeviceHost& host = (*device)->host();
  FactPublisher publisher(loop, directory.hub_socket());
  host.publish_to(&publisher);
  // The role numbers its texts one by one, from where its disk left off.
  sending.client_id_ = host.role().as<Client>().state().client_ids + 1;
  host.compose(pair->conversation, options.text);
  wait_for_answer(loop, sending, options.seconds);
  host.shut_down();
  publisher.shut_down();
  uv_run(loop, UV_RUN_NOWAIT);
  return ok();
}

void print_sent(const PersonOptions& options, const Sending& sending) {
  const v1::TextSent& sent = sending.sent_;
  if (options.json) {
    fmt::print("{{\"conversation\": {}, \"number\": {}, \"time_ms\": {}}}\n", sent.conversation(),
               sent.number(), sent.time_ms());
    return;
  }
  for (const std::string& sentence : sending.of_older_)
    fmt::print("{}\n", sentence);
  const MessageKey message{ConversationId{sent.conversation()}, sent.number()};
  fmt::print("Sent: {}; it is durable.\nTry: glasspost where {}\n", to_text(message),
             message_word(message, known_names(RunDirectory(options.directory))));
}

int run_send(const PersonOptions& options) {
  uv_loop_t* loop = uv_default_loop();
  Sending sending(loop);
  const Status done = send_text(options, loop, sending);
  if (!done) return complain("send", done.error());
  const std::string waits =
      " The text waits on this device's disk and goes out with its next login, by `send` or `chat`";
  switch (sending.end_) {
    case SendEnd::kSent:
      print_sent(options, sending);
      return kExitFine;
    case SendEnd::kTextRefused:
      return complain("send", {Code::kInvalidArgument, sending.why_});
    case SendEnd::kDiskFailed:
      return complain("send", {Code::kIo, sending.why_});
    case SendEnd::kLoginRefused:
      return complain("send",
                      {Code::kUnavailable, "the login was refused: " + sending.why_ + waits});
    case SendEnd::kInterrupted:
      complain("send", {Code::kUnavailable, sending.why_ + waits});
      return kExitInterrupted;
    case SendEnd::kNoAnswer:
      break;
  }
  complain("send",
           {Code::kUnavailable, "not acknowledged in time." + waits + "; see `glasspost status`"});
  return kExitCannotTell;
}

// A conversation on a terminal: lines "NAME text" go out, what arrives is printed.
class Chat final : public DeviceEvents {
 public:
  Chat(uv_loop_t* loop, const RunDirectory& directory, const DeviceIdentity& self)
      : loop_(loop), self_(self), names_(known_names(directory)) {}

  Status begin(const RunDirectory& directory) {
    Result<std::unique_ptr<Device>> device = Device::open(loop_, directory, self_, *this);
    if (!device) return device.error();
    device_ = std::move(*device);
    publisher_ = std::make_unique<FactPublisher>(loop_, directory.hub_socket());
    device_->host().publish_to(publisher_.get());
    if (uv_poll_init(loop_, &input_, STDIN_FILENO) != 0) {
      return Error{Code::kInvalidArgument,
                   "what you write is read from a terminal or a pipe, not from a file"};
    }
    input_.data = this;
    uv_poll_start(&input_, UV_READABLE,
                  [](uv_poll_t* poll, int, int) { static_cast<Chat*>(poll->data)->on_input(); });
    fmt::print("You are {}. Write `NAME text`; /quit ends.\n", escape_controls(self_.user));
    std::fflush(stdout);
    return ok();
  }

  void heard(const v1::Letter& letter) override {
    if (letter.has_message_shown()) show(letter.message_shown());
    if (letter.has_text_failed()) {
      fmt::print("  refused: {}\n", sentence_of(letter.text_failed().code()));
    }
    if (letter.has_login_ended()) {
      fmt::print("  {}\n", escape_controls(letter.login_ended().sentence()));
      quit();
    }
    std::fflush(stdout);
  }

  void connected(bool up) override {
    fmt::print("  ({})\n", up ? "connected" : "the connection is gone; trying again");
    std::fflush(stdout);
  }

  void disk_failed(const Error& error) override {
    disk_error_ = error;
    quit();
  }

  // How it ended.
  Status outcome() const { return disk_error_ ? Status(*disk_error_) : ok(); }

 private:
  std::string name_of(UserId user) const {
    const auto found = names_.find(user);
    return found == names_.end() ? to_text(user) : escape_controls(found->second);
  }

  void show(const v1::Message& message) {
    const ConversationId pair{message.conversation()};
    const UserId sender{message.sender()};
    const UserId me = device_->user();
    const UserId other = lower_member(pair) == me ? higher_member(pair) : lower_member(pair);
    const std::string direction =
        sender == me ? "you to " + name_of(other) : name_of(sender) + " to you";
    fmt::print("[{} {}] {}\n", direction, message.number(), escape_controls(message.text()));
  }

  void on_input() {
    char buffer[16'384];
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof(buffer));
    if (got <= 0) return quit();
    typed_.append(buffer, static_cast<std::size_t>(got));
    for (std::size_t end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
      const std::string line = typed_.substr(0, end);
      typed_.erase(0, end + 1);
      on_line(line);
    }
  }

  void on_line(const std::string& line) {
    if (line.empty()) return;
    if (line == "/quit") return quit();
    const std::size_t space = line.find(' ');
    const std::string to = line.substr(0, space);
    for (const auto& [user, name] : names_) {
      if (name != to || space == std::string::npos || user == device_->user()) continue;
      if (!is_utf8(line)) break;
      return device_->host().compose(pair_of(device_->user(), user), line.substr(space + 1));
    }
    fmt::print("  write `NAME text`, in UTF-8; known names: ");
    for (const auto& [user, name] : names_)
      fmt::print("{} ", escape_controls(name));
    fmt::print("\n");
    std::fflush(stdout);
  }

  void quit() {
    uv_poll_stop(&input_);
    uv_stop(loop_);
  }

  uv_loop_t* loop_;
  DeviceIdentity self_;
  std::map<UserId, std::string> names_;
  std::unique_ptr<FactPublisher> publisher_;
  std::unique_ptr<Device> device_;
  uv_poll_t input_{};
  std::string typed_;
  std::optional<Error> disk_error_;
};

int run_chat(const PersonOptions& options) {
  const RunDirectory directory(options.directory);
  const Result<DeviceIdentity> self = find_device(directory, options.name, options.device);
  if (!self) return complain("chat", self.error());
  uv_loop_t* loop = uv_default_loop();
  Chat chat(loop, directory, *self);
  if (const Status began = chat.begin(directory); !began) return complain("chat", began.error());
  uv_run(loop, UV_RUN_DEFAULT);
  const Status outcome = chat.outcome();
  return outcome ? kExitFine : complain("chat", outcome.error());
}

}  // namespace

void add_person_commands(CLI::App& app, int& exit_code) {
  auto send = std::make_shared<PersonOptions>();
  CLI::App* send_command =
      app.add_subcommand("send", "Send one text and wait until it is durable.");
  add_cluster_options(*send_command, *send, true);
  send_command->add_option("--from", send->from, "Who you are.")->required();
  send_command->add_option("--to", send->to, "Who gets it.")->required();
  send_command->add_option("--device", send->device, "Which of your devices.")
      ->capture_default_str();
  send_command->add_option("--seconds", send->seconds, "How long to wait.")->capture_default_str();
  send_command->add_option("text", send->text, "What.")->required();
  send_command->footer(
      "Example:\n  glasspost send --from alice --to bob \"good morning\"\n"
      "Exit codes: 0 it is durable, 1 the login was refused or the disk failed, 2 wrong use or a "
      "text "
      "that is refused, 3 no answer in time, 130 ended by Ctrl-C before the answer.");
  send_command->callback([send, &exit_code] { exit_code = run_send(*send); });

  auto chat = std::make_shared<PersonOptions>();
  CLI::App* chat_command = app.add_subcommand("chat", "Be one of the users, on this terminal.");
  add_cluster_options(*chat_command, *chat, false);
  chat_command->add_option("--as", chat->name, "Who you are.")->required();
  chat_command->add_option("--device", chat->device, "Which of your devices.")
      ->capture_default_str();
  chat_command->footer("Example:\n  glasspost chat --as alice");
  chat_command->callback([chat, &exit_code] { exit_code = run_chat(*chat); });
}

}  // namespace glasspost
