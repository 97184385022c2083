// A line to the hub that may come and go.
#include "engine/live/fact_publisher.hpp"

#include <utility>

#include "engine/telemetry/labels.hpp"

namespace glasspost {
namespace {
constexpr std::uint64_t kFlushMs = 10;
constexpr std::size_t kWaitingMax = 8'000;
constexpr unsigned kRestFlushes = 50;

}  // namespace

FactPublisher::FactPublisher(uv_loop_t* loop, std::string socket)
    : loop_(loop), socket_(std::move(socket)) {
  timer_ = make_handle<uv_timer_t>(loop, uv_timer_init, this);
  uv_timer_start(
      timer_.get(), [](uv_timer_t* timer) { static_cast<FactPublisher*>(timer->data)->flush(); },
      kFlushMs, kFlushMs);
  uv_unref(reinterpret_cast<uv_handle_t*>(timer_.get()));
}

FactPublisher::~FactPublisher() {
  shut_down();
}

void FactPublisher::shut_down() {
  if (timer_) flush();
  timer_.reset();
  if (stream_ != nullptr) stream_->shut();
  stream_ = nullptr;
  connected_ = false;
}

void FactPublisher::add(const Fact& fact) {
  if (waiting_.size() >= kWaitingMax) {
    ++lost_;
    return;
  }
  waiting_.push_back(fact);
}

void FactPublisher::connect() {
  stream_ = ControlStream::make(
      loop_, [](ControlStream&, const std::string&) {},
      [this](ControlStream&) {
        stream_ = nullptr;
        connected_ = false;
      });
  auto* connecting = new uv_connect_t{};
  connecting->data = this;
  uv_pipe_connect(connecting, stream_->pipe(), socket_.c_str(),
                  [](uv_connect_t* request, int status) {
                    auto* self = static_cast<FactPublisher*>(request->data);
                    delete request;
                    if (status == UV_ECANCELED) return;  // we are shut down
                    if (status == 0) {
                      self->connected_ = true;
                      self->stream_->read();
                      return;
                    }
                    self->stream_->shut();
                    self->stream_ = nullptr;
                  });
}

void FactPublisher::flush() {
  if (waiting_.empty() && lost_ == 0) return;
  if (!connected_) {
    if (stream_ != nullptr) return;
    if (rest_ > 0) {
      --rest_;
      return;
    }
    rest_ = kRestFlushes;
    return connect();
  }
  v1::HubRequest request;
  append_facts(*request.mutable_publish()->mutable_facts(), waiting_.data(), waiting_.size());
  request.mutable_publish()->set_lost(lost_);
  stream_->write(request);
  waiting_.clear();
  lost_ = 0;
}

}  // namespace glasspost
