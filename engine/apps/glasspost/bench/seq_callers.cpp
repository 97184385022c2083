// See seq_callers.hpp.
#include "engine/apps/glasspost/bench/seq_callers.hpp"

#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <zmq.hpp>

#include "glasspost/v1/letter.pb.h"

#include "engine/apps/glasspost/bench/child.hpp"
#include "engine/apps/glasspost/bench/seq_server.hpp"
#include "engine/base/random.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/speaker.hpp"

namespace glasspost::bench {
namespace {

constexpr Duration kAnswerWithin = std::chrono::seconds(10);  // for any answer
constexpr std::chrono::milliseconds kAskAgain(100);           // until the first one

// Frames of letters, from a mailbox.
class SeqWords final : public CallWords {
 public:
  SeqWords(std::size_t caller, BootId life) {
    frame_.set_source_node(static_cast<std::uint32_t>(caller + 3));
    frame_.set_source_boot(life.value);
    frame_.set_config_epoch(1);
    frame_.set_route_version(1);
    v1::Letter& letter = *frame_.add_letters();
    letter.set_source(pack({RoleKind::kMailbox, caller + 1}));
    letter.set_target(pack({RoleKind::kSeq, 1}));
  }
  bool has_router() const override { return true; }
  std::string question(std::uint64_t ticket, std::uint32_t first, const CallShape& shape) override {
    frame_.set_number(frame_.number() + 1);
    v1::TakeNumbers& take = *frame_.mutable_letters(0)->mutable_take_numbers();
    take.set_ticket(ticket);
    take.set_section(section_of(SectionKind::kSeq, 0).value);
    take.clear_ranges();
    for (std::uint32_t user = first; user < first + shape.users; ++user) {
      v1::NumberRange& range = *take.add_ranges();
      range.set_user(user);
      range.set_count(shape.count);
    }
    return frame_.SerializeAsString();
  }
  bool answers(const void* bytes, std::size_t size,
               const std::function<void(std::uint64_t ticket)>& f) override {
    if (!heard_.ParseFromArray(bytes, static_cast<int>(size))) return false;
    for (const v1::Letter& letter : heard_.letters()) {
      if (!letter.has_numbers_taken() || letter.numbers_taken().ranges(0).first() == 0)
        return false;
      f(letter.numbers_taken().ticket());
    }
    return true;
  }

 private:
  v1::Frame frame_;
  v1::Frame heard_;
};

// Two words: the ticket, and the user.
class CounterWords final : public CallWords {
 public:
  bool has_router() const override { return false; }
  std::string question(std::uint64_t ticket, std::uint32_t first, const CallShape&) override {
    const std::uint64_t words[] = {ticket, first};
    return {reinterpret_cast<const char*>(words), sizeof(words)};
  }
  bool answers(const void* bytes, std::size_t size,
               const std::function<void(std::uint64_t ticket)>& f) override {
    std::uint64_t ticket = 0;
    if (size < sizeof(ticket)) return false;
    std::memcpy(&ticket, bytes, sizeof(ticket));
    f(ticket);
    return true;
  }
};

struct Caller {
  std::unique_ptr<CallWords> words;
  zmq::socket_t out;
  zmq::socket_t in;  // none: answers come on `out`
  std::uint64_t ticket = 0;
  std::vector<std::int64_t> asked_us;  // of the newest questions, by ticket

  zmq::socket_t& answers() { return words->has_router() ? in : out; }
};

class Callers {
 public:
  Callers(const std::string& folder, const CallShape& shape, WordsFactory words)
      : shape_(shape), context_(1), random_(7), life_(to_us(station_now())) {
    const BootId boot{life_};
    for (std::size_t i = 0; i < shape.callers; ++i) {
      Caller& caller = callers_.emplace_back();
      caller.words = words(i, boot);
      caller.ticket = life_;
      const NodeId node{static_cast<std::uint16_t>(i + 3)};
      if (caller.words->has_router()) {
        caller.in = zmq::socket_t(context_, zmq::socket_type::router);
        caller.in.set(zmq::sockopt::linger, 0);
        caller.in.set(zmq::sockopt::router_handover, true);
        caller.in.bind(seq_endpoint(folder, node.value));
      }
      caller.out = zmq::socket_t(context_, zmq::socket_type::dealer);
      caller.out.set(zmq::sockopt::linger, 0);
      caller.out.set(zmq::sockopt::routing_id, routing_id_of({node, boot}));
      caller.out.set(zmq::sockopt::reconnect_ivl, 20);
      caller.out.connect(seq_endpoint(folder, 1));
      caller.asked_us.resize(2 * shape.window + 2);
    }
    for (Caller& caller : callers_)
      polled_.push_back({caller.answers(), 0, ZMQ_POLLIN, 0});
  }

  Measured run(const std::function<Duration()>& cpu) {
    if (!first_answers()) return std::move(measured_);
    for (Caller& caller : callers_) {
      for (std::size_t i = 0; i < shape_.window; ++i)
        ask(caller);
    }
    turn_until(station_now() + shape_.warm_up);
    measuring_ = true;
    const Time began = station_now();
    const Duration cpu_before = cpu();
    const Duration own_before = own_cpu();
    turn_until(began + shape_.measured);
    measured_.seconds = static_cast<double>((station_now() - began).count()) / 1e6;
    const double numbers = static_cast<double>(std::max<std::uint64_t>(measured_.texts, 1));
    measured_.cpu_us = static_cast<double>((cpu() - cpu_before).count()) / numbers;
    measured_.load_us = static_cast<double>((own_cpu() - own_before).count()) / numbers;
    return std::move(measured_);
  }

 private:
  // An allocator that takes over answers nothing: every caller asks until it was heard.
  bool first_answers() {
    const Time end = station_now() + kAnswerWithin;
    while (heard_ < callers_.size()) {
      if (station_now() > end) {
        measured_.broken = "the server did not answer in ten seconds";
        return false;
      }
      if (first_answer(callers_[heard_])) ++heard_;
    }
    return measured_.broken.empty();
  }

  // Asks once, and waits a while. False: nothing came.
  bool first_answer(Caller& caller) {
    caller.out.send(zmq::buffer(caller.words->question(0, 1, CallShape())), zmq::send_flags::none);
    zmq::pollitem_t one{caller.answers(), 0, ZMQ_POLLIN, 0};
    zmq::poll(&one, 1, kAskAgain);
    if (one.revents == 0) return false;
    hear(caller);
    return true;
  }

  void ask(Caller& caller) {
    const std::uint32_t groups = kCalledUsers / shape_.users;
    const auto first = static_cast<std::uint32_t>(random_.below(groups)) * shape_.users + 1;
    const std::uint64_t ticket = ++caller.ticket;
    caller.asked_us[ticket % caller.asked_us.size()] = to_us(station_now());
    caller.out.send(zmq::buffer(caller.words->question(ticket, first, shape_)),
                    zmq::send_flags::none);
  }

  void hear(Caller& caller) {
    zmq::message_t part;
    zmq::socket_t& socket = caller.answers();
    while (socket.recv(part, zmq::recv_flags::dontwait)) {
      if (part.more() && !socket.recv(part, zmq::recv_flags::none)) return;
      const bool good =
          caller.words->answers(part.data(), part.size(),
                                [this, &caller](std::uint64_t ticket) { settle(caller, ticket); });
      if (!good) measured_.broken = "the server gave another answer than numbers";
    }
  }

  void settle(Caller& caller, std::uint64_t ticket) {
    if (ticket <= life_) return;  // a first answer, or one to an earlier run
    if (measuring_) {
      const std::int64_t asked = caller.asked_us[ticket % caller.asked_us.size()];
      measured_.acked_us.add(static_cast<std::uint64_t>(to_us(station_now()) - asked));
      measured_.texts += shape_.users * shape_.count;
    }
    answered_at_ = station_now();
    ask(caller);
  }

  void turn_until(Time end) {
    answered_at_ = station_now();
    while (station_now() < end && measured_.broken.empty()) {
      zmq::poll(polled_, std::chrono::milliseconds(50));
      for (std::size_t i = 0; i < callers_.size(); ++i) {
        if ((polled_[i].revents & ZMQ_POLLIN) != 0) hear(callers_[i]);
      }
      if (station_now() - answered_at_ > kAnswerWithin) measured_.broken = "the server fell silent";
    }
  }

  CallShape shape_;
  zmq::context_t context_;
  Random random_;
  std::uint64_t life_;  // tickets above it are of this run
  std::vector<Caller> callers_;
  std::vector<zmq::pollitem_t> polled_;
  std::size_t heard_ = 0;  // callers that had their first answer
  bool measuring_ = false;
  Time answered_at_;
  Measured measured_;
};

}  // namespace

std::unique_ptr<CallWords> seq_words(std::size_t caller, BootId life) {
  return std::make_unique<SeqWords>(caller, life);
}

std::unique_ptr<CallWords> counter_words(std::size_t, BootId) {
  return std::make_unique<CounterWords>();
}

Measured run_callers(const std::string& folder, const CallShape& shape, WordsFactory words,
                     const std::function<Duration()>& cpu) {
  return Callers(folder, shape, words).run(cpu);
}

}  // namespace glasspost::bench
