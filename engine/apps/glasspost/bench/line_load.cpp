// The loop of every benchmark of sends; see line_load.hpp.
#include "engine/apps/glasspost/bench/line_load.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/child.hpp"
#include "engine/live/clocks.hpp"

namespace glasspost::bench {
namespace {

constexpr std::size_t kReadBytesMax = 262'144;
constexpr Duration kReadyWithin = std::chrono::seconds(60);  // until every line is ready
constexpr std::size_t kHeadBytes = 24;  // of a body: 6 digits line, 16 id, 2 ends

}  // namespace

void Line::ready() {
  ++load_.ready_;
  if (load_.ready_ == load_.lines_.size()) return load_.all_ready();
  load_.connect_next();
}

void Line::acknowledged(std::uint64_t id) {
  if (texts_.empty()) return broken("an answer to a line that said nothing");
  InFlight& text = texts_[id % kRemembered];
  if (text.id == id) load_.settle(*this, text, false);
}

void Line::again(std::uint64_t id, Duration later) {
  ++load_.measured_.busy;
  load_.again_.emplace(station_now() + later, std::pair(this, id));
}

void Line::shown(std::string_view body) {
  std::uint64_t line = 0;
  std::uint64_t id = 0;
  const bool whole = body.size() >= kHeadBytes &&
                     std::from_chars(body.data(), body.data() + 6, line, 16).ec == std::errc() &&
                     std::from_chars(body.data() + 7, body.data() + 23, id, 16).ec == std::errc();
  if (!whole || line >= load_.shape_.senders) return broken("a text arrived that nobody sent");
  Line& sender = *load_.lines_[line];
  if (sender.texts_.empty()) return broken("a text arrived from a line that said nothing");
  InFlight& text = sender.texts_[id % kRemembered];
  if (text.id == id) load_.settle(sender, text, true);
}

void Line::broken(const std::string& why) {
  if (load_.measured_.broken.empty()) load_.measured_.broken = why;
  uv_stop(&load_.loop_);
}

LineLoad::LineLoad(LoadShape shape, std::vector<std::uint16_t> ports, TalkFactory new_talk)
    : shape_(shape),
      ports_(std::move(ports)),
      new_talk_(std::move(new_talk)),
      body_(shape.body_bytes, '.') {
  uv_loop_init(&loop_);
  timer_ = make_handle<uv_timer_t>(&loop_, uv_timer_init, this);
  prepare_ = make_handle<uv_prepare_t>(&loop_, uv_prepare_init, this);
  for (std::size_t index = 0; index < shape_.senders + shape_.helpers; ++index)
    lines_.push_back(std::make_unique<Line>(*this, index));
}

LineLoad::~LineLoad() {
  lines_.clear();
  timer_.reset();
  prepare_.reset();
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_loop_close(&loop_);
}

Measured LineLoad::run(const std::function<Duration()>& cpu) {
  return go(cpu);
}

Measured LineLoad::connect_all(const std::function<Duration()>& cpu) {
  talks_ = false;
  return go(cpu);
}

Measured LineLoad::go(const std::function<Duration()>& cpu) {
  cpu_ = cpu;
  cpu_before_ = cpu_();
  own_before_ = own_cpu();
  began_ = station_now();
  phase_end_ = began_ + kReadyWithin;
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) { static_cast<LineLoad*>(timer->data)->tick(); }, 1, 1);
  uv_prepare_start(prepare_.get(), [](uv_prepare_t* prepare) {
    auto& load = *static_cast<LineLoad*>(prepare->data);
    for (Line* line : std::exchange(load.dirty_, {}))
      load.flush(*line);
  });
  connect_next();
  if (measured_.broken.empty()) uv_run(&loop_, UV_RUN_DEFAULT);
  return std::move(measured_);
}

// Servers bound how many strangers one address may have at a time.
void LineLoad::connect_next() {
  while (connected_ < lines_.size() && connected_ < ready_ + shape_.greetings)
    connect(*lines_[connected_++]);
}

void LineLoad::all_ready() {
  if (talks_) return begin_texts();
  measured_.texts = lines_.size();
  measured_.seconds = static_cast<double>(to_us(began_));
  enter(Phase::kOver);
}

void LineLoad::connect(Line& line) {
  const Result<tcp::Address> address =
      tcp::resolve("127.0.0.1", ports_[line.index_ % ports_.size()]);
  if (!address) return line.broken(address.error().message);
  Result<tcp::Socket> socket = tcp::connect(*address);
  if (!socket) return line.broken(socket.error().message);
  line.socket_ = socket.take();
  line.talk_ = new_talk_(line.index_);
  // Ids of a device never come twice, also not in the next run.
  line.last_id_ = static_cast<std::uint64_t>(to_us(station_now()));
  line.texts_.resize(talks_ && line.index_ < shape_.senders ? Line::kRemembered : 0);
  auto poll = std::make_unique<uv_poll_t>();
  if (uv_poll_init(&loop_, poll.get(), line.socket_.get()) != 0) {
    return line.broken("the event loop takes no further connection");
  }
  poll->data = &line;
  line.poll_.reset(poll.release());
  line.talk_->begin(line);
  line.watched_ = UV_READABLE | UV_WRITABLE;
  uv_poll_start(line.poll_.get(), line.watched_, [](uv_poll_t* handle, int status, int events) {
    Line& that = *static_cast<Line*>(handle->data);
    that.load_.on_event(that, status, events);
  });
}

void LineLoad::on_event(Line& line, int status, int events) {
  if (status < 0) return line.broken("a connection broke");
  if ((events & UV_READABLE) != 0) {
    static std::array<char, kReadBytesMax> buffer;
    const tcp::Transfer got = tcp::receive(line.socket_, buffer.data(), buffer.size());
    if (got.ended) return line.broken("the server closed a connection: " + got.why);
    if (got.bytes > 0) line.talk_->bytes(line, {buffer.data(), got.bytes});
    if (!line.out_.empty()) mark_dirty(line);
  }
  if ((events & UV_WRITABLE) != 0) flush(line);
}

void LineLoad::mark_dirty(Line& line) {
  if (!std::exchange(line.dirty_, true)) dirty_.push_back(&line);
}

void LineLoad::flush(Line& line) {
  line.dirty_ = false;
  if (line.out_.size() > line.sent_) {
    const tcp::Transfer gone =
        tcp::send(line.socket_, std::string_view(line.out_).substr(line.sent_));
    if (gone.ended) return line.broken("the server closed a connection: " + gone.why);
    line.sent_ += gone.bytes;
  }
  const bool all = line.sent_ == line.out_.size();
  if (all) {
    line.out_.clear();
    line.sent_ = 0;
  }
  const int wanted = UV_READABLE | (all ? 0 : UV_WRITABLE);
  if (wanted == line.watched_) return;
  line.watched_ = wanted;
  uv_poll_start(line.poll_.get(), wanted, [](uv_poll_t* handle, int status, int events) {
    Line& that = *static_cast<Line*>(handle->data);
    that.load_.on_event(that, status, events);
  });
}

void LineLoad::tick() {
  const Time now = station_now();
  if (phase_ == Phase::kConnecting) {
    if (now < phase_end_) return;
    return lines_.front()->broken(
        fmt::format("only {} of {} lines came up in a minute", ready_, lines_.size()));
  }
  while (!again_.empty() && again_.begin()->first <= now) {
    const auto [line, id] = again_.begin()->second;
    again_.erase(again_.begin());
    say(*line, id);
  }
  if (shape_.rate > 0) {
    const double seconds = static_cast<double>((now - began_).count()) / 1e6;
    const auto wanted = static_cast<std::uint64_t>(seconds * shape_.rate);
    for (; scheduled_ < wanted; ++scheduled_) {
      const double at = static_cast<double>(scheduled_) / shape_.rate * 1e6;
      send_text(*lines_[scheduled_ % shape_.senders],
                began_ + Duration(static_cast<std::int64_t>(at)));
    }
  }
  if (now < phase_end_) return;
  enter(phase_ == Phase::kWarming ? Phase::kMeasuring : Phase::kOver);
}

void LineLoad::begin_texts() {
  began_ = station_now();
  enter(Phase::kWarming);
  if (shape_.rate > 0) return;
  for (std::size_t index = 0; index < shape_.senders; ++index)
    fill(*lines_[index]);
}

void LineLoad::enter(Phase phase) {
  const Time now = station_now();
  phase_ = phase;
  if (phase == Phase::kWarming) phase_end_ = now + shape_.warm_up;
  if (phase == Phase::kMeasuring) {
    phase_end_ = now + shape_.measured;
    began_ = shape_.rate > 0 ? began_ : now;
    measured_.seconds = static_cast<double>(to_us(now));
    cpu_before_ = cpu_();
    own_before_ = own_cpu();
  }
  if (phase != Phase::kOver) return;
  measured_.seconds = (static_cast<double>(to_us(now)) - measured_.seconds) / 1e6;
  const double texts = static_cast<double>(std::max<std::uint64_t>(measured_.texts, 1));
  measured_.cpu_us = static_cast<double>((cpu_() - cpu_before_).count()) / texts;
  measured_.load_us = static_cast<double>((own_cpu() - own_before_).count()) / texts;
  uv_stop(&loop_);
}

void LineLoad::fill(Line& line) {
  while (line.in_flight_ < shape_.window)
    send_text(line, station_now());
}

void LineLoad::send_text(Line& line, Time due) {
  const std::uint64_t id = ++line.last_id_;
  Line::InFlight& text = line.texts_[id % Line::kRemembered];
  if (!text.acked || !text.shown) {
    return line.broken("the server is thousands of texts behind on one connection");
  }
  text = {id, due, false, false};
  ++line.in_flight_;
  say(line, id);
}

void LineLoad::say(Line& line, std::uint64_t id) {
  fmt::format_to_n(body_.data(), kHeadBytes, "{:06x}:{:016x}:", line.index_, id);
  line.talk_->text(line, id, body_);
  mark_dirty(line);
}

void LineLoad::settle(Line& line, Line::InFlight& text, bool shown) {
  bool& done = shown ? text.shown : text.acked;
  if (std::exchange(done, true)) return;
  if (phase_ == Phase::kMeasuring) {
    const auto us = static_cast<std::uint64_t>((station_now() - text.due).count());
    (shown ? measured_.shown_us : measured_.acked_us).add(us);
  }
  if (!text.acked || !text.shown) return;
  --line.in_flight_;
  if (phase_ == Phase::kMeasuring) ++measured_.texts;
  if (shape_.rate == 0 && phase_ != Phase::kOver) fill(line);
}

}  // namespace glasspost::bench
