// A virtual world: it is computed as far as one looks. Pausing the picture pauses it, too.
#include "viz/app/quiet_deck.hpp"
#include "viz/app/session.hpp"
#include "viz/model/sim_source.hpp"

namespace glasspost::viz {
namespace {

class SimDriver final : public Driver {
 public:
  explicit SimDriver(SimSource& source) : source_(source) {}

  std::string no_choice_because(const std::string& key) const override {
    if (key == "topology.placement") return "set when a world is made: --placement";
    return {};
  }
  void set_choice(const std::string& key, const std::string& value) override {
    if (const Status set = source_.choose(key, value); !set) {
      refusals_.push_back(set.error().message);
    }
  }
  std::string no_fault_because(FaultTool tool) const override {
    return SimSource::no_fault_because(tool);
  }
  void strike(FaultTool tool, const std::string& process) override {
    const std::string why = source_.strike(tool, process);
    if (!why.empty()) refusals_.push_back(why);
  }
  void heal_all() override {
    refusals_.emplace_back("faults of a simulation heal by themselves, after their time");
  }
  std::vector<std::string> take_refusals() override {
    std::vector<std::string> taken;
    taken.swap(refusals_);
    return taken;
  }

 private:
  SimSource& source_;
  std::vector<std::string> refusals_;
};

class SimNumbers final : public NumberDesk {
 public:
  explicit SimNumbers(SimSource& source) : source_(source) {}

  std::vector<Numbered> users_of(SectionId section, std::size_t most) const override {
    return source_.users_of(section, most);
  }
  void ask(UserId user) override { user_ = user; }
  std::string sentence() const override {
    return user_.value == 0 ? std::string() : source_.why_next_number(user_);
  }

 private:
  SimSource& source_;
  UserId user_{0};
};

class SimSession final : public Session {
 public:
  explicit SimSession(const SimWish& wish) : source_(wish), driver_(source_), numbers_(source_) {
    // Something to see at once: the first seconds are the start of the processes.
    take(source_, Time(std::chrono::seconds(2)), 0);
    take(source_, Time(std::chrono::seconds(4)), 0);
    player_.set_speed(1);
    player_.seek(film_.ends());
    player_.play();
  }

  // The world is kept a second ahead of the picture, so that single facts can be stepped to.
  bool feed(double seconds) override {
    const auto ahead = Duration(static_cast<std::int64_t>(seconds * player_.speed() * 1e6));
    return take(source_, player_.now() + ahead + kAhead, seconds);
  }
  Mode mode() const override { return Mode::kSimulated; }
  Driver& driver() override { return driver_; }
  PhoneDeck& deck() override { return deck_; }
  NumberDesk& numbers() override { return numbers_; }
  Config config() const override { return {}; }
  std::string trouble() const override { return source_.trouble(); }

 private:
  static constexpr Duration kAhead = std::chrono::seconds(1);

  SimSource source_;
  SimDriver driver_;
  SimNumbers numbers_;
  QuietDeck deck_;
};

}  // namespace

std::unique_ptr<Session> open_sim(const Options& options) {
  SimWish wish;
  wish.seed = options.seed;
  wish.hostile = options.hostile;
  wish.placement = options.placement;
  return std::make_unique<SimSession>(wish);
}

}  // namespace glasspost::viz
