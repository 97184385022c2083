// glasspost where: asks every place on a message's way whether it has been there. The home says
// whether it is durable, each member's mailbox whether it is in the inbox, and by its key each
// device says what it has.
#include <chrono>
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/base/text.hpp"
#include "engine/control/identity.hpp"
#include "engine/control/message_word.hpp"
#include "engine/core/membership.hpp"

namespace glasspost {
namespace {

struct WhereOptions : ClusterOptions {
  std::string message;
};

// One device of a member.
struct DevicePlace {
  unsigned index = 0;
  std::string has;  // yes, no, off line, cannot tell
  std::string access;
  std::uint64_t key = 0;
};

// One member's inbox.
struct InboxPlace {
  UserId user;
  std::string name;
  Address mailbox;
  std::string silence;  // why it did not answer; empty if it did
  v1::RowLocated row;
  std::vector<DevicePlace> devices;
  std::string
      unlisted;  // why nobody can tell which devices there are besides; empty if all are here
};

// Where a message is.
struct Whereabouts {
  MessageKey message;
  Address home;
  std::string silence;  // as above
  v1::MessageLocated located;
  std::string sender;
  std::vector<InboxPlace> inboxes;
};

const char* const kTakingOver = "it is taking over; try again in a moment";

// How many devices the account knows; the silence of the account otherwise.
unsigned count_devices(const RunDirectory& directory, UserId user, std::string& silence) {
  v1::Letter question;
  question.mutable_list_users()->set_after(user.value - 1);
  const Heard heard = hear_role(directory, {RoleKind::kAccount, 1}, question);
  silence = heard.silence;
  const auto& users = heard.letter.users_listed().users();
  return users.empty() || users.Get(0).user() != user.value ? 0 : users.Get(0).devices();
}

// A key says that the device has every row up to there.
std::string judge_device(const InboxPlace& inbox, std::uint64_t number, std::uint64_t key) {
  if (inbox.row.visible() < number) return "no";
  const std::uint64_t row =
      inbox.row.inbox_number() > 0 ? inbox.row.inbox_number() : inbox.row.archived();
  if (key >= row) return "yes";
  return inbox.row.inbox_number() > 0 ? "no" : "cannot tell";
}

InboxPlace look_into(const RunDirectory& directory, const Config& config, const MessageKey& message,
                     UserId user) {
  InboxPlace inbox;
  inbox.user = user;
  inbox.mailbox = config.owner_of(config.mailbox_section(user));
  v1::Letter question;
  question.mutable_locate_row()->set_user(user.value);
  question.mutable_locate_row()->set_conversation(message.conversation.value);
  question.mutable_locate_row()->set_number(message.number);
  Heard heard = hear_role(directory, inbox.mailbox, question);
  inbox.silence = heard.silence;
  inbox.row = std::move(*heard.letter.mutable_row_located());
  if (inbox.silence.empty() && !inbox.row.serves()) inbox.silence = kTakingOver;
  if (!inbox.silence.empty()) return inbox;
  std::map<unsigned, DevicePlace> devices;
  const unsigned known = count_devices(directory, user, inbox.unlisted);
  for (unsigned index = 1; index <= known; ++index)
    devices[index] = {index, "off line", "", 0};
  for (const v1::DeviceRoute& route : inbox.row.devices()) {
    const unsigned index = index_of(DeviceId{route.device()});
    devices[index] = {index, judge_device(inbox, message.number, route.key()),
                      to_text(unpack(route.access())), route.key()};
  }
  for (const auto& [index, device] : devices)
    inbox.devices.push_back(device);
  return inbox;
}

Result<Whereabouts> look(const WhereOptions& options) {
  const RunDirectory directory(options.directory);
  const Result<Topology> topology = running_topology(directory);
  if (!topology) return topology.error();
  const Config& config = topology->config;
  const std::map<UserId, std::string> names = known_names(directory);
  const Result<MessageKey> message = parse_message_word(options.message, names);
  if (!message) return message.error();
  for (UserId user : members_of(message->conversation)) {
    if (user.value <= config.users_max()) continue;
    return Error{Code::kNotFound, to_text(user) + " does not exist"};
  }

  Whereabouts where;
  where.message = *message;
  where.home = config.owner_of(config.conversation_section(message->conversation));
  v1::Letter question;
  question.mutable_locate_message()->set_conversation(message->conversation.value);
  question.mutable_locate_message()->set_number(message->number);
  Heard heard = hear_role(directory, where.home, question);
  where.silence = heard.silence;
  where.located = std::move(*heard.letter.mutable_message_located());
  if (where.silence.empty() && !where.located.serves()) where.silence = kTakingOver;
  if (where.silence.empty() && message->number > where.located.last()) {
    return Error{
        Code::kNotFound,
        fmt::format("{} has {} message{}; there is no number {}", to_text(message->conversation),
                    where.located.last(), where.located.last() == 1 ? "" : "s", message->number)};
  }
  const auto name_of = [&names](UserId user) {
    const auto found = names.find(user);
    return found == names.end() ? to_text(user) : escape_controls(found->second);
  };
  where.sender = name_of(UserId{where.located.sender()});
  for (UserId user : members_of(message->conversation)) {
    where.inboxes.push_back(look_into(directory, config, *message, user));
    where.inboxes.back().name = name_of(user);
  }
  return where;
}

std::string clock_text(std::int64_t time_ms) {
  const std::time_t seconds = time_ms / 1'000;
  std::tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

std::string home_text(const Whereabouts& where) {
  const v1::MessageLocated& located = where.located;
  if (!where.silence.empty()) return "cannot tell: " + where.silence;
  if (where.message.number > located.committed()) return "decided, not durable yet";
  const std::string place =
      located.position() == 0 ? "" : fmt::format(", batch {} of its log", located.position());
  return fmt::format("durable{}; from {}'s device {}, client id {}, {} bytes, {}", place,
                     where.sender, index_of(DeviceId{located.sender_device()}), located.client_id(),
                     located.bytes(), clock_text(located.time_ms()));
}

std::string inbox_text(const InboxPlace& inbox, std::uint64_t number) {
  if (!inbox.silence.empty()) return "cannot tell: " + inbox.silence;
  if (inbox.row.accepted() < number) return "not here yet";
  if (inbox.row.visible() < number) return "taken in, not visible yet";
  if (inbox.row.inbox_number() > 0) return fmt::format("visible, row {}", inbox.row.inbox_number());
  return "visible, among the older rows";
}

std::string device_text(const DevicePlace& device) {
  if (device.has == "off line") return "is not on line";
  const std::string at = fmt::format(" ({}, key {})", device.access, device.key);
  if (device.has == "yes") return "has it" + at;
  if (device.has == "no") return "has not told of it yet" + at;
  return "may have it" + at;
}

void print_text(const Whereabouts& where) {
  fmt::print("{}\n", to_text(where.message));
  fmt::print("  {:<16} {}\n", to_text(where.home), home_text(where));
  for (const InboxPlace& inbox : where.inboxes) {
    fmt::print("  {:<16} {}'s inbox: {}\n", to_text(inbox.mailbox), inbox.name,
               inbox_text(inbox, where.message.number));
    for (const DevicePlace& device : inbox.devices)
      fmt::print("    device {:<9} {}\n", device.index, device_text(device));
    if (!inbox.unlisted.empty())
      fmt::print("    other devices    cannot tell: {}\n", inbox.unlisted);
  }
}

std::string inbox_json(const InboxPlace& inbox) {
  std::string devices;
  for (const DevicePlace& device : inbox.devices) {
    devices += fmt::format("{}{{\"device\": {}, \"has_it\": {}, \"access\": {}, \"key\": {}}}",
                           devices.empty() ? "" : ", ", device.index, json_quote(device.has),
                           json_quote(device.access), device.key);
  }
  return fmt::format(
      "{{\"user\": {}, \"name\": {}, \"mailbox\": {}, \"silence\": {}, \"accepted\": {}, "
      "\"visible\": {}, \"inbox_number\": {}, \"unlisted\": {}, \"devices\": [{}]}}",
      inbox.user.value, json_quote(inbox.name), json_quote(to_text(inbox.mailbox)),
      json_quote(inbox.silence), inbox.row.accepted(), inbox.row.visible(),
      inbox.row.inbox_number(), json_quote(inbox.unlisted), devices);
}

void print_json(const Whereabouts& where) {
  const v1::MessageLocated& located = where.located;
  std::string inboxes;
  for (const InboxPlace& inbox : where.inboxes)
    inboxes += (inboxes.empty() ? "" : ",\n  ") + inbox_json(inbox);
  fmt::print(
      "{{\"conversation\": {}, \"number\": {}, \"home\": {}, \"silence\": {}, \"last\": {}, "
      "\"committed\": {}, \"position\": {}, \"sender\": {}, \"sender_device\": {}, "
      "\"client_id\": {}, \"bytes\": {}, \"time_ms\": {},\n \"inboxes\": [\n  {}]}}\n",
      where.message.conversation.value, where.message.number, json_quote(to_text(where.home)),
      json_quote(where.silence), located.last(), located.committed(), located.position(),
      located.sender(), located.sender_device(), located.client_id(), located.bytes(),
      located.time_ms(), inboxes);
}

int run_where(const WhereOptions& options) {
  const Result<Whereabouts> where = look(options);
  if (!where) return complain("where", where.error());
  options.json ? print_json(*where) : print_text(*where);
  bool all_spoke = where->silence.empty();
  for (const InboxPlace& inbox : where->inboxes)
    all_spoke = all_spoke && inbox.silence.empty() && inbox.unlisted.empty();
  return all_spoke ? kExitFine : kExitCannotTell;
}

}  // namespace

void add_where_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<WhereOptions>();
  CLI::App* where =
      app.add_subcommand("where", "Where is this message now? Asks every place on its way.");
  add_cluster_options(*where, *options, true);
  where
      ->add_option("message", options->message,
                   "MEMBER+MEMBER:NUMBER, with names or user ids; or CONVERSATION:NUMBER, as `send "
                   "--json` prints them.")
      ->required();
  where->footer(
      "Exit code 3: somebody did not answer.\n"
      "Example:\n  glasspost where alice+bob:5\n  glasspost where 1+2:5 --json\n  glasspost where "
      "4294967298:5");
  where->callback([options, &exit_code] { exit_code = run_where(*options); });
}

}  // namespace glasspost
