// See seq_callers.hpp.
#include "engine/apps/glasspost/bench/seq_callers.hpp"

#include <array>
#include <cassert>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <google/protobuf/arena.h>
#include <sys/epoll.h>
#include <unistd.h>
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
  std::string_view question(std::uint64_t ticket, std::uint32_t first,
                            const CallShape& shape) override {
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
    frame_.SerializeToString(&asked_);
    return asked_;
  }
  bool answers(const void* bytes, std::size_t size,
               const std::function<void(std::uint64_t ticket)>& f) override {
    // What is heard is forgotten at once, all of it: an arena spares both sides of the heap.
    arena_.Reset();
    auto* const heard = google::protobuf::Arena::CreateMessage<v1::Frame>(&arena_);
    if (!heard->ParseFromArray(bytes, static_cast<int>(size))) return false;
    for (const v1::Letter& letter : heard->letters()) {
      if (!letter.has_numbers_taken() || letter.numbers_taken().ranges(0).first() == 0)
        return false;
      f(letter.numbers_taken().ticket());
    }
    return true;
  }

 private:
  v1::Frame frame_;
  std::string asked_;  // its bytes
  google::protobuf::Arena arena_;
};

// Two words: the ticket, and the user.
class CounterWords final : public CallWords {
 public:
  bool has_router() const override { return false; }
  std::string_view question(std::uint64_t ticket, std::uint32_t first, const CallShape&) override {
    words_[0] = ticket;
    words_[1] = first;
    return {reinterpret_cast<const char*>(words_.data()), sizeof(words_)};
  }
  bool answers(const void* bytes, std::size_t size,
               const std::function<void(std::uint64_t ticket)>& f) override {
    std::uint64_t ticket = 0;
    if (size < sizeof(ticket)) return false;
    std::memcpy(&ticket, bytes, sizeof(ticket));
    f(ticket);
    return true;
  }

 private:
  std::array<std::uint64_t, 2> words_{};
};

// Which callers have answers. zmq_poll would ask each of fifty sockets, by a system call for each.
// A socket's fd tells once of what is new, so whoever is told reads until there is nothing more.
// What was last done to a socket is then a reading in vain: nothing can have been swallowed.
class Bell {
 public:
  Bell() : table_(::epoll_create1(EPOLL_CLOEXEC)) {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell() { ::close(table_); }

  void add(zmq::socket_t& socket, std::size_t caller) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = caller;
    const bool added =
        ::epoll_ctl(table_, EPOLL_CTL_ADD, socket.get(zmq::sockopt::fd), &event) == 0;
    assert(added);
  }

  // Calls f(caller) for each that is rung for, within 50 ms.
  template <class F>
  void wait(F f) {
    constexpr int kWithinMs = 50;
    const int found = ::epoll_wait(table_, events_.data(), kSeqCallersMax, kWithinMs);
    for (int i = 0; i < found; ++i)
      f(events_[static_cast<std::size_t>(i)].data.u64);
  }

 private:
  int table_;
  std::array<epoll_event, kSeqCallersMax> events_{};
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
    for (std::size_t i = 0; i < callers_.size(); ++i)
      bell_.add(callers_[i].answers(), i);
  }

  Measured run(const std::function<Duration()>& cpu) {
    if (!first_answers()) return std::move(measured_);
    answered_at_ = station_now();
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
    caller.asked_us[ticket % caller.asked_us.size()] = to_us(answered_at_);
    caller.out.send(zmq::buffer(caller.words->question(ticket, first, shape_)),
                    zmq::send_flags::none);
  }

  void hear(Caller& caller) {
    zmq::message_t part;
    zmq::socket_t& socket = caller.answers();
    answered_at_ = station_now();
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
      measured_.acked_us.add(static_cast<std::uint64_t>(to_us(answered_at_) - asked));
      measured_.texts += shape_.users * shape_.count;
    }
    ask(caller);
  }

  void turn_until(Time end) {
    for (Caller& caller : callers_)
      hear(caller);  // what was done since may have swallowed the news
    while (station_now() < end && measured_.broken.empty()) {
      bell_.wait([this](std::size_t caller) { hear(callers_[caller]); });
      if (station_now() - answered_at_ > kAnswerWithin) measured_.broken = "the server fell silent";
    }
  }

  CallShape shape_;
  zmq::context_t context_;
  Random random_;
  std::uint64_t life_;  // tickets above it are of this run
  std::vector<Caller> callers_;
  Bell bell_;
  std::size_t heard_ = 0;  // callers that had their first answer
  bool measuring_ = false;
  Time answered_at_;  // when the newest answers were taken, and the questions after them asked
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
