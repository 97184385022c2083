// Strangers of the edge: the half-open places of an address and who gets them, and the time a
// connection has until somebody is logged in on it. See edge_inside.hpp for the rest.
#include <algorithm>
#include <utility>

#include "engine/live/edge_inside.hpp"

namespace glasspost {
namespace {

// Whose place is taken first.
enum class Worth : std::uint8_t { kNone, kSilent, kTrying };

Worth worth_of(const EdgeConnection& connection) {
  if (connection.phase == Phase::kHeld || connection.is_ending) return Worth::kNone;
  return connection.is_trying ? Worth::kTrying : Worth::kSilent;
}

}  // namespace

bool Edge::Inside::take_place(EdgeConnection& connection) {
  if (connection.has_place) return true;
  connection.has_place = addresses_.take_place(connection.address, &connection);
  if (connection.has_place) ++counts_.half_open;
  return connection.has_place;
}

void Edge::Inside::give_back_place(EdgeConnection& connection) {
  if (!connection.has_place) return;
  connection.has_place = false;
  --counts_.half_open;
  addresses_.give_back_place(connection.address, &connection, now());
}

// Of two who are worth the same, the one who has had its place longer. Who has had it less than
// `kept` is left alone: an honest client needs a moment to log in, and if newcomers could take
// every place at once, a crowd of them would only push each other out.
EdgeConnection* Edge::Inside::least_worthy(std::uint64_t address, Duration kept) const {
  EdgeConnection* least = nullptr;
  const auto rank = [](const EdgeConnection& c) { return std::pair(worth_of(c), c.since); };
  for (EdgeConnection* const holder : addresses_.holders(address)) {
    const Worth worth = worth_of(*holder);
    if (worth != Worth::kNone && now() - holder->since < kept) continue;
    if (least == nullptr || rank(*holder) < rank(*least)) least = holder;
  }
  return least;
}

// False if the address has no place left, and none that may be taken.
bool Edge::Inside::make_room(std::uint64_t address, Duration kept) {
  if (addresses_.holders(address).size() < options_.half_open_per_address) return true;
  EdgeConnection* const least = least_worthy(address, kept);
  if (least == nullptr) return false;
  evict(*least);
  return true;
}

// The place is free at once; one that the host knows ends with the turn.
void Edge::Inside::evict(EdgeConnection& connection) {
  ++counts_.evicted;
  give_back_place(connection);
  if (connection.number == 0) return erase(connection);
  if (std::exchange(connection.is_ending, true)) return;
  closings_.push_back({connection.number,
                       "Nobody was logged in, and too many connections of this address are new.",
                       Parting::kAtOnce});
}

// READY has come, or nobody is logged in any more. It must hold a place already, or there is room.
void Edge::Inside::estrange(EdgeConnection& connection) {
  connection.since = now();
  connection.is_trying = false;
  connection.unsent_max = connection.unsent() + options_.stranger_bytes_max;
  connection.codec.keep_at_most(std::min(options_.stranger_bytes_max, options_.frame_bytes_max));
  move(connection, Phase::kStranger, now() + options_.login_max);
}

// Each try is given the same time, so the list stays in order; what would go beyond the time of all
// tries is not given.
void Edge::Inside::login_asked(std::uint64_t number) {
  EdgeConnection* const connection = find(number);
  if (connection == nullptr || !connection->is_stranger()) return;
  connection->is_trying = true;
  const Time due = now() + options_.login_try_max;
  if (due > connection->since + options_.login_tries_max) return;
  move(*connection, Phase::kLoggingIn, due);
}

void Edge::Inside::login_refused(std::uint64_t number) {
  EdgeConnection* const connection = find(number);
  if (connection != nullptr && connection->is_stranger()) connection->is_trying = false;
}

void Edge::Inside::trust(std::uint64_t number) {
  EdgeConnection* const connection = find(number);
  if (connection == nullptr || !connection->is_stranger() || connection->is_ending) return;
  give_back_place(*connection);
  connection->is_trying = false;
  connection->unsent_max = options_.unsent_bytes_max;
  connection->codec.keep_at_most(options_.frame_bytes_max);
  move(*connection, Phase::kQuiet, now() + options_.probe_after);
}

// Where many lose their login at once the later ones get the places: it was them just now.
void Edge::Inside::distrust(std::uint64_t number) {
  EdgeConnection* const connection = find(number);
  if (connection == nullptr || !connection->is_trusted() || connection->is_ending) return;
  if (!make_room(connection->address, Duration(0))) {
    return close(number, "Its login is over, and its address has no place for one more stranger.");
  }
  take_place(*connection);
  estrange(*connection);
}

void Edge::Inside::end_strangers(Phase phase, Time time) {
  EdgeConnection::List& strangers = list(phase);
  while (!strangers.empty() && strangers.front().due <= time) {
    ++counts_.closed_no_login;
    finish(strangers.front(), "Nobody logged in on this connection in time.");
  }
}

// No one may suffer for the time in which we did not listen.
void Edge::Inside::restart_deadlines() {
  const auto restart = [this](Phase phase, Duration time) {
    for (EdgeConnection& connection : list(phase))
      connection.due = now() + time;
  };
  restart(Phase::kHandshake, options_.handshake_max);
  restart(Phase::kStranger, options_.login_max);
  restart(Phase::kLoggingIn, options_.login_try_max);
  restart(Phase::kProbed, options_.probe_wait);
  for (EdgeConnection& connection : list(Phase::kHandshake)) {
    connection.is_parked = false;
    watch(connection);
  }
}

}  // namespace glasspost
