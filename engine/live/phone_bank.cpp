// The phones' thread.
#include "engine/live/phone_bank.hpp"

#include <cassert>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include <uv.h>

#include "engine/live/device_host.hpp"
#include "engine/live/handles.hpp"

namespace glasspost {
namespace {
constexpr std::size_t kNewsMax = 10'000;
constexpr std::uint64_t kStandingMs = 50;  // how often phones are looked at
}  // namespace

// Everything below `guard_` is shared by both threads; the rest belongs to the loop's thread.
class PhoneBank::Inside {
 public:
  explicit Inside(const std::string& hub) {
    uv_loop_init(&loop_);
    if (!hub.empty()) publisher_ = std::make_unique<FactPublisher>(&loop_, hub);
    wake_ = OwnedHandle<uv_async_t>(new uv_async_t{});
    uv_async_init(&loop_, wake_.get(),
                  [](uv_async_t* handle) { static_cast<Inside*>(handle->data)->take_orders(); });
    wake_->data = this;
    look_ = make_handle<uv_timer_t>(&loop_, uv_timer_init, this);
    uv_timer_start(
        look_.get(), [](uv_timer_t* timer) { static_cast<Inside*>(timer->data)->look(); },
        kStandingMs, kStandingMs);
    thread_ = std::thread([this] { uv_run(&loop_, UV_RUN_DEFAULT); });
  }

  ~Inside() {
    order([this] { shut_down(); });
    thread_.join();
    uv_run(&loop_, UV_RUN_DEFAULT);
    phones_.clear();
    uv_loop_close(&loop_);
  }

  // One device and its ears.
  struct Phone final : public DeviceEvents {
    Phone(Inside& bank, std::size_t number, PhoneStart start)
        : bank_(bank), number_(number), start_(std::move(start)) {}

    void heard(const v1::Letter& letter) override { bank_.tell({number_, letter, stands()}); }
    void connected(bool) override { bank_.tell({number_, {}, stands()}); }
    void disk_failed(const Error&) override { assert(false && "a phone's disk is memory"); }

    PhoneStanding stands() const {
      PhoneStanding standing = start_.standing(host_->role());
      standing.connected = host_->is_up();
      return standing;
    }

    Inside& bank_;
    std::size_t number_;
    PhoneStart start_;
    std::unique_ptr<DeviceHost> host_;
    PhoneStanding told_;
  };

  std::size_t add(PhoneStart start) {
    const std::size_t number = count_++;
    auto held = std::make_shared<PhoneStart>(std::move(start));
    order([this, number, held] { begin(number, std::move(*held)); });
    return number;
  }

  // Runs `what` on the loop's thread.
  void order(std::function<void()> what) {
    {
      const std::lock_guard<std::mutex> hold(guard_);
      orders_.push_back(std::move(what));
    }
    uv_async_send(wake_.get());
  }

  std::vector<PhoneNews> take() {
    const std::lock_guard<std::mutex> hold(guard_);
    std::vector<PhoneNews> taken(std::make_move_iterator(news_.begin()),
                                 std::make_move_iterator(news_.end()));
    news_.clear();
    return taken;
  }

  std::uint64_t lost() {
    const std::lock_guard<std::mutex> hold(guard_);
    return lost_;
  }

  DeviceHost& host(std::size_t phone) { return *phones_.at(phone)->host_; }

 private:
  void take_orders() {
    std::deque<std::function<void()>> orders;
    {
      const std::lock_guard<std::mutex> hold(guard_);
      orders.swap(orders_);
    }
    for (const auto& order : orders)
      order();
  }

  void begin(std::size_t number, PhoneStart start) {
    phones_.push_back(std::make_unique<Phone>(*this, number, std::move(start)));
    Phone& begun = *phones_.back();
    PhoneStart& own = begun.start_;
    begun.host_ = std::make_unique<DeviceHost>(&loop_, std::move(own.process), own.disk, begun);
    begun.host_->publish_to(publisher_.get());
    if (const Status began = begun.host_->begin(own.link); !began) {
      PhoneStanding standing = begun.stands();
      standing.trouble = began.error().message;
      tell({number, {}, standing});
    }
  }

  // Tells how a phone stands whenever that has changed.
  void look() {
    for (const auto& phone : phones_) {
      PhoneStanding now = phone->stands();
      if (now == phone->told_) continue;
      phone->told_ = now;
      tell({phone->number_, {}, std::move(now)});
    }
  }

  void tell(PhoneNews news) {
    const std::lock_guard<std::mutex> hold(guard_);
    news_.push_back(std::move(news));
    if (news_.size() <= kNewsMax) return;
    news_.pop_front();
    ++lost_;
  }

  void shut_down() {
    for (const auto& phone : phones_)
      phone->host_->shut_down();
    if (publisher_) publisher_->shut_down();
    look_.reset();
    wake_.reset();
    uv_stop(&loop_);
  }

  uv_loop_t loop_{};
  OwnedHandle<uv_async_t> wake_;
  OwnedHandle<uv_timer_t> look_;
  std::unique_ptr<FactPublisher> publisher_;
  std::vector<std::unique_ptr<Phone>> phones_;
  std::size_t count_ = 0;  // of the window's thread
  std::thread thread_;

  std::mutex guard_;
  std::deque<std::function<void()>> orders_;
  std::deque<PhoneNews> news_;
  std::uint64_t lost_ = 0;
};

PhoneBank::PhoneBank(const std::string& hub) : inside_(std::make_unique<Inside>(hub)) {}
PhoneBank::~PhoneBank() = default;

std::size_t PhoneBank::add(PhoneStart start) {
  return inside_->add(std::move(start));
}

void PhoneBank::compose(std::size_t phone, ConversationId conversation, std::string text) {
  Inside* inside = inside_.get();
  inside->order([inside, phone, conversation, text = std::move(text)] {
    inside->host(phone).compose(conversation, text);
  });
}

void PhoneBank::set_airplane(std::size_t phone, bool on) {
  Inside* inside = inside_.get();
  inside->order([inside, phone, on] { inside->host(phone).set_airplane(on); });
}

std::vector<PhoneNews> PhoneBank::take() {
  return inside_->take();
}

std::uint64_t PhoneBank::lost() const {
  return inside_->lost();
}

}  // namespace glasspost
