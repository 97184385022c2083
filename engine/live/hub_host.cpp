// Rings in, sockets out.
#include "engine/live/hub_host.hpp"

#include <algorithm>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/choices.hpp"
#include "engine/live/clocks.hpp"
#include "engine/telemetry/hub_line.hpp"
#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {

constexpr std::uint64_t kTickMs = 10;
constexpr std::uint64_t kTicksALabelLook = 200;
constexpr std::size_t kKeptFacts = 1'500'000;     // 96 MB; minutes of a classroom
constexpr std::size_t kFactsAMessage = 8'000;     // half a megabyte
constexpr std::size_t kUnreadBytesMax = 2 << 20;  // of one subscriber's socket
constexpr std::size_t kClientsMax = 64;

bool is_own_user(uv_pipe_t* pipe) {
  uv_os_fd_t handle = -1;
  if (uv_fileno(reinterpret_cast<uv_handle_t*>(pipe), &handle) != 0) return false;
  ucred peer{};
  socklen_t size = sizeof(peer);
  return getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

// A choice that is set is told by a fact, at its instant.
bool same(const RunLabels& one, const RunLabels& other) {
  return one.users == other.users;
}

}  // namespace

HubHost::HubHost(uv_loop_t* loop, HubHostOptions options)
    : loop_(loop), options_(std::move(options)), hub_(kKeptFacts) {}

Status HubHost::begin() {
  labels_ = options_.labels();
  first_choices_ = labels_.choices;
  ::unlink(options_.socket.c_str());
  listener_ = OwnedHandle<uv_pipe_t>(new uv_pipe_t{});
  uv_pipe_init(loop_, listener_.get(), 0);
  listener_->data = this;
  const int bound = uv_pipe_bind(listener_.get(), options_.socket.c_str());
  if (bound != 0) {
    return Error{Code::kIo, "cannot listen on " + options_.socket + ": " + uv_strerror(bound)};
  }
  ::chmod(options_.socket.c_str(), 0600);
  const int listening = uv_listen(reinterpret_cast<uv_stream_t*>(listener_.get()), 16,
                                  [](uv_stream_t* server, int status) {
                                    if (status == 0)
                                      static_cast<HubHost*>(server->data)->on_connection();
                                  });
  if (listening != 0)
    return Error{Code::kIo, std::string("cannot listen: ") + uv_strerror(listening)};
  timer_ = make_handle<uv_timer_t>(loop_, uv_timer_init, this);
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) { static_cast<HubHost*>(timer->data)->tick(); }, kTickMs,
      kTickMs);
  return ok();
}

void HubHost::shut_down() {
  listener_.reset();
  timer_.reset();
  for (const auto& client : clients_)
    client->stream->shut();
  clients_.clear();
  ::unlink(options_.socket.c_str());
}

void HubHost::on_connection() {
  auto client = std::make_unique<Client>();
  Client* made = client.get();
  made->stream = ControlStream::make(
      loop_, [this, made](ControlStream&, const std::string& bytes) { on_request(*made, bytes); },
      [this, made](ControlStream&) {
        std::erase_if(clients_, [made](const auto& known) { return known.get() == made; });
      });
  const int accepted = uv_accept(reinterpret_cast<uv_stream_t*>(listener_.get()),
                                 reinterpret_cast<uv_stream_t*>(made->stream->pipe()));
  if (accepted != 0 || clients_.size() >= kClientsMax || !is_own_user(made->stream->pipe())) {
    return made->stream->shut();
  }
  clients_.push_back(std::move(client));
  made->stream->read();
}

void HubHost::on_request(Client& client, const std::string& bytes) {
  v1::HubRequest request;
  if (!request.ParseFromString(bytes)) return;
  if (request.has_subscribe()) {
    client.subscribed = true;
    labels_ = options_.labels();  // users may have joined a moment ago
    const std::uint64_t back = std::min(request.subscribe().backlog(), hub_.end() - hub_.begin());
    client.place = hub_.end() - back;
    client.choices = choices_before(client.place);
    return;
  }
  if (!request.has_publish()) return;
  const Published published = read_published(request.publish(), station_now());
  hub_.add(published.facts);
  if (published.lost > 0) say_lost(NodeId{}, published.lost, LossPlace::kHub);
}

void HubHost::add(const Fact& fact) {
  hub_.add(std::span(&fact, 1));
}

// Who comes late goes back in the film, too: each choice has its value of then until it is set.
std::map<std::string, std::string> HubHost::choices_before(std::uint64_t place) const {
  std::map<std::string, std::string> choices = first_choices_;
  for (const Fact& fact : hub_.choices_before(place))
    choices[choice_key_of(fact)] = choice_value_of(fact);
  return choices;
}

void HubHost::say_lost(NodeId node, std::uint64_t count, LossPlace place) {
  lost_all_ += count;
  add({.time_us = to_us(station_now()),
       .kind = FactKind::kLost,
       .node = node.value,
       .subject = node.value,
       .object = count,
       .number = static_cast<std::uint64_t>(place)});
}

void HubHost::tick() {
  const Time now = station_now();
  for (std::size_t index = 0; index < options_.rings.size(); ++index) {
    FactRing& ring = options_.rings[index];
    taken_.clear();
    ring.take(taken_, kRingSlots);
    hub_.add(taken_);
    const std::uint64_t lost = ring.take_lost();
    if (lost == 0) continue;
    say_lost(NodeId{static_cast<std::uint16_t>(index + 1)}, lost, LossPlace::kRing);
  }
  hub_.settle(now);
  if (++ticks_ % kTicksALabelLook == 0) {
    RunLabels labels = options_.labels();
    if (!same(labels, labels_)) {
      labels_ = std::move(labels);
      for (const auto& client : clients_)
        client->greeted = false;
    }
  }
  for (const auto& client : clients_)
    serve(*client);
}

// What is new for one subscriber, as far as its socket takes it.
void HubHost::serve(Client& client) {
  if (!client.subscribed) return;
  const auto* stream = reinterpret_cast<uv_stream_t*>(client.stream->pipe());
  while (uv_stream_get_write_queue_size(stream) < kUnreadBytesMax) {
    v1::HubReply reply;
    if (!client.greeted) {
      RunLabels labels = labels_;
      labels.choices = client.choices;
      *reply.mutable_labels() = to_proto(labels);
    }
    client.greeted = true;
    // A full hub has forgotten a little since it was asked for all: nothing that was promised.
    if (!client.knows_standing && client.place <= hub_.begin()) {
      client.place = hub_.begin();
      const std::vector<Fact> standing = hub_.standing();
      append_facts(*reply.mutable_facts(), standing.data(), standing.size());
    }
    client.knows_standing = true;
    const Hub::Piece piece = hub_.from(client.place, kFactsAMessage);
    append_facts(*reply.mutable_facts(), piece.facts.data(), piece.facts.size());
    reply.set_lost(piece.lost);
    client.lost += piece.lost;
    client.place = piece.next;
    const bool all = client.place == hub_.end();
    reply.set_until_us(all                   ? to_us(hub_.until())
                       : piece.facts.empty() ? 0
                                             : piece.facts.back().time_us - 1);
    client.stream->write(reply);
    if (all) return;
  }
}

v1::ProcessStatus HubHost::status() const {
  v1::ProcessStatus status;
  status.set_name("hub");
  status.set_state("running");
  const auto add = [&status](const char* name, std::uint64_t value) {
    v1::Counter& counter = *status.add_counters();
    counter.set_name(name);
    counter.set_value(value);
  };
  add("facts", hub_.end());
  add("facts_lost", lost_all_);
  add("watchers", static_cast<std::uint64_t>(
                      std::count_if(clients_.begin(), clients_.end(),
                                    [](const auto& client) { return client->subscribed; })));
  return status;
}

}  // namespace glasspost
