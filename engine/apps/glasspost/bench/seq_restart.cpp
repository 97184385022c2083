// One mailbox that asks a section after the other, until each has answered.
#include "engine/apps/glasspost/bench/seq_restart.hpp"

#include <fmt/format.h>
#include <zmq.hpp>

#include "glasspost/v1/letter.pb.h"

#include "engine/apps/glasspost/bench/seq_server.hpp"
#include "engine/base/random.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/speaker.hpp"

namespace glasspost::bench {
namespace {

using Numbers = std::map<std::uint32_t, std::uint64_t>;  // by user

constexpr std::chrono::milliseconds kRestartAskAgain(20);
constexpr std::chrono::milliseconds kRestartLook(2);
constexpr Duration kRestartPatience = std::chrono::seconds(20);

class Asker {
 public:
  explicit Asker(const std::string& folder)
      : context_(1),
        in_(context_, zmq::socket_type::router),
        out_(context_, zmq::socket_type::dealer) {
    const BootId boot{static_cast<std::uint64_t>(to_us(station_now()))};
    in_.set(zmq::sockopt::linger, 0);
    in_.set(zmq::sockopt::router_handover, true);
    in_.bind(seq_endpoint(folder, 3));
    out_.set(zmq::sockopt::linger, 0);
    out_.set(zmq::sockopt::routing_id, routing_id_of({NodeId{3}, boot}));
    out_.set(zmq::sockopt::reconnect_ivl, 5);
    out_.connect(seq_endpoint(folder, 1));
    frame_.set_source_node(3);
    frame_.set_source_boot(boot.value);
    frame_.set_config_epoch(1);
    frame_.set_route_version(1);
    v1::Letter& letter = *frame_.add_letters();
    letter.set_source(pack({RoleKind::kMailbox, 1}));
    letter.set_target(pack({RoleKind::kSeq, 1}));
  }

  // One number of each user. Errors: kUnavailable.
  Result<Numbers> take(const std::vector<std::uint32_t>& users) {
    std::map<SectionId, std::vector<std::uint32_t>> open;
    const Config config = seq_config();
    for (std::uint32_t user : users)
      open[config.seq_section(UserId{user})].push_back(user);
    Numbers numbers;
    const std::uint64_t first_ticket = frame_.number() + 1;
    Time asked = station_now() - kRestartAskAgain;
    const Time end = asked + kRestartPatience;
    while (!open.empty() && station_now() < end) {
      if (station_now() >= asked + kRestartAskAgain) {
        asked = station_now();
        for (const auto& [section, some] : open)
          ask(section, some);
      }
      hear(first_ticket, open, numbers);
    }
    if (open.empty()) return numbers;
    return Error{Code::kUnavailable, "the allocator did not answer in 20 seconds"};
  }

 private:
  void ask(SectionId section, const std::vector<std::uint32_t>& users) {
    frame_.set_number(frame_.number() + 1);
    v1::TakeNumbers& take = *frame_.mutable_letters(0)->mutable_take_numbers();
    take.set_ticket(frame_.number());
    take.set_section(section.value);
    take.set_alone(true);
    take.clear_ranges();
    for (std::uint32_t user : users) {
      v1::NumberRange& range = *take.add_ranges();
      range.set_user(user);
      range.set_count(1);
    }
    out_.send(zmq::buffer(frame_.SerializeAsString()), zmq::send_flags::dontwait);
  }

  // An answer to an older question may be late.
  void hear(std::uint64_t first_ticket, std::map<SectionId, std::vector<std::uint32_t>>& open,
            Numbers& numbers) {
    zmq::pollitem_t one{in_, 0, ZMQ_POLLIN, 0};
    zmq::poll(&one, 1, kRestartLook);
    zmq::message_t part;
    while (in_.recv(part, zmq::recv_flags::dontwait)) {
      if (part.more() && !in_.recv(part, zmq::recv_flags::none)) return;
      v1::Frame frame;
      if (!frame.ParseFromArray(part.data(), static_cast<int>(part.size()))) continue;
      for (const v1::Letter& letter : frame.letters()) {
        const v1::NumbersTaken& taken = letter.numbers_taken();
        if (!letter.has_numbers_taken() || taken.ticket() < first_ticket) continue;
        if (open.erase(SectionId{taken.section()}) == 0) continue;
        for (const v1::NumberRange& range : taken.ranges())
          numbers[range.user()] = range.first();
      }
    }
  }

  zmq::context_t context_;
  zmq::socket_t in_;
  zmq::socket_t out_;
  v1::Frame frame_;
};

std::vector<std::uint32_t> random_users() {
  Random random(11);
  std::map<std::uint32_t, bool> drawn;
  while (drawn.size() < kRestartUsers)
    drawn[static_cast<std::uint32_t>(1 + random.below(seq_config().users_max()))] = true;
  std::vector<std::uint32_t> users;
  users.reserve(drawn.size());
  for (const auto& [user, is_drawn] : drawn)
    users.push_back(user);
  return users;
}

}  // namespace

Result<Restarted> measure_restart(const std::string& folder,
                                  const std::function<Status()>& restart) {
  const std::vector<std::uint32_t> users = random_users();
  Asker asker(folder);
  Numbers before;
  for (int round = 0; round < 3; ++round) {
    Result<Numbers> taken = asker.take(users);
    if (!taken) return taken.error();
    before = taken.take();
  }
  const Time began = station_now();
  if (Status again = restart(); !again) return again.error();
  Restarted found;
  const Result<Numbers> one = asker.take({users.front()});
  if (!one) return one.error();
  found.first = station_now() - began;
  const Result<Numbers> after = asker.take(users);
  if (!after) return after.error();
  found.all = station_now() - began;
  for (const auto& [user, number] : before) {
    if (after->at(user) > number) continue;
    return Error{Code::kConflict,
                 fmt::format("user {} was handed {} before the restart and {} after", user, number,
                             after->at(user))};
  }
  return found;
}

}  // namespace glasspost::bench
