// Tests of the registry of design choices: every choice can be read and set, and a wrong key or
// value is refused with what would have been right.
#include "engine/core/choices.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "engine/core/quorum.hpp"

namespace glasspost::tests {
namespace {

TEST_CASE("DESIGN 8: every choice has a key of its own and says what it is") {
  std::set<std::string_view> keys;
  for (const ChoiceInfo& info : choice_registry()) {
    CAPTURE(info.key);
    CHECK(keys.insert(info.key).second);
    CHECK_FALSE(info.options.empty());
    CHECK_FALSE(info.standard.empty());
    CHECK_FALSE(info.trades.empty());
    CHECK_FALSE(info.formula.empty());
    CHECK_FALSE(info.source.empty());
    CHECK_FALSE(get_choice(Choices{}, info.key).empty());
  }
  CHECK(keys == std::set<std::string_view>{"delivery.ack", "delivery.notice-window", "store.fsync",
                                           "seq.step", "seq.prefetch", "seq.lease", "seq.poll",
                                           "seq.detect", "seq.fencing", "seq.clock",
                                           "seq.lease-from", "seq.routing", "seq.section",
                                           "telemetry.watch", "telemetry.bodies"});
}

TEST_CASE("every value that the design board offers can be set, and the default is one of them") {
  for (const ChoiceInfo& info : choice_registry()) {
    CAPTURE(info.key);
    CHECK(std::count(info.offers.begin(), info.offers.end(), info.standard) == 1);
    for (std::string_view offer : info.offers) {
      CAPTURE(offer);
      Choices choices;
      CHECK(set_choice(choices, info.key, offer));
    }
  }
}

TEST_CASE("an unsafe value is one of those offered, never the default, and has its reason") {
  for (const ChoiceInfo& info : choice_registry()) {
    CAPTURE(info.key);
    CHECK(info.unsafe.empty() == info.gives_up.empty());
    for (std::string_view unsafe : info.unsafe) {
      CAPTURE(unsafe);
      CHECK(std::count(info.offers.begin(), info.offers.end(), unsafe) == 1);
      CHECK(unsafe != info.standard);
      CHECK(info.gives_up.find(unsafe) != std::string_view::npos);
    }
  }
}

TEST_CASE("a choice has room on its card: gain, cost and when it counts in a few words") {
  for (const ChoiceInfo& info : choice_registry()) {
    CAPTURE(info.key);
    for (std::string_view words : {info.gains, info.costs, info.applies, info.quantity}) {
      CHECK_FALSE(words.empty());
      CHECK(words.size() <= 24);
    }
  }
}

TEST_CASE("the quorum of the store cannot be set on a running cluster, and is one of three") {
  Choices choices;
  const Status set = set_choice(choices, "store.quorum", "3/2/2");
  REQUIRE_FALSE(set);
  CHECK(set.error().code == Code::kInvalidArgument);
  CHECK(set.error().message.find("glasspost up --set") != std::string::npos);
  for (const QuorumOption& option : kQuorumOptions) {
    const Result<Quorum> quorum = parse_quorum(option.word);
    REQUIRE(quorum);
    CHECK(to_text(*quorum) == option.word);
    CHECK(quorum->is_safe() == option.gives_up.empty());
  }
  for (const char* word : {"", "3", "3/2", "3/2/2 ", "2/1/1", "3/3/3"}) {
    const Result<Quorum> quorum = parse_quorum(word);
    REQUIRE_FALSE(quorum);
    CHECK(quorum.error().message.find("3/2/2") != std::string::npos);
  }
}

TEST_CASE("the placement cannot be set on a running cluster, and the refusal says how it can") {
  Choices choices;
  const Status set = set_choice(choices, kPlacementKey, "merged");
  REQUIRE_FALSE(set);
  CHECK(set.error().message.find("glasspost up --placement") != std::string::npos);
}

TEST_CASE("DESIGN 8: an unsafe option says which promise it gives up and a safe choice does not") {
  for (const ChoiceInfo& info : choice_registry()) {
    CAPTURE(info.key);
    const bool unsafe = info.key == "delivery.ack" || info.key == "store.fsync" ||
                        info.key == "seq.lease" || info.key == "seq.fencing" ||
                        info.key == "seq.clock" || info.key == "seq.lease-from";
    CHECK(info.gives_up.empty() == !unsafe);
  }
}

TEST_CASE("every option of a choice of words can be set and is read back") {
  for (const auto& [key, words] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"delivery.ack", {"after-memory", "after-durable"}},
           {"store.fsync", {"interval", "never", "always"}}}) {
    Choices choices;
    for (const std::string& word : words) {
      CAPTURE(word);
      REQUIRE(set_choice(choices, key, word));
      CHECK(get_choice(choices, key) == word);
    }
    for (const ChoiceInfo& info : choice_registry()) {
      if (info.key != key) continue;
      for (const std::string& word : words)
        CHECK(info.options.find(word) != std::string_view::npos);
      CHECK(get_choice(Choices{}, key) == info.standard);
    }
  }
}

TEST_CASE("words change the value that roles read and nothing else") {
  Choices choices;
  REQUIRE(set_choice(choices, "delivery.ack", "after-memory"));
  CHECK(choices.delivery_ack == DeliveryAck::kAfterMemory);
  CHECK(choices.store_fsync == StoreFsync::kAlways);
  REQUIRE(set_choice(choices, "store.fsync", "interval"));
  CHECK(choices.store_fsync == StoreFsync::kInterval);
  REQUIRE(set_choice(choices, "store.fsync", "never"));
  CHECK(choices.store_fsync == StoreFsync::kLeftToSystem);
  REQUIRE(set_choice(choices, "store.fsync", "always"));
  CHECK(choices.store_fsync == StoreFsync::kAlways);
  REQUIRE(set_choice(choices, "delivery.ack", "after-durable"));
  CHECK(hash_state(choices) == hash_state(Choices{}));
}

TEST_CASE("the step of numbers is a number within its bounds") {
  Choices choices;
  CHECK(get_choice(choices, "seq.step") == "10000");
  for (const char* good : {"1", "77", "1000000"}) {
    CAPTURE(good);
    REQUIRE(set_choice(choices, "seq.step", good));
    CHECK(get_choice(choices, "seq.step") == good);
  }
  for (const char* bad :
       {"0", "1000001", "-1", "", "1.5", "ten", "99999999999999999999", "9223372036854775808"}) {
    CAPTURE(bad);
    const Status status = set_choice(choices, "seq.step", bad);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::kInvalidArgument);
    CHECK(choices.seq_step == 1'000'000);
  }
}

TEST_CASE("the watermark of numbers is in per cent of a step") {
  Choices choices;
  CHECK(get_choice(choices, "seq.prefetch") == "50");
  for (const char* good : {"0", "7", "100"}) {
    CAPTURE(good);
    REQUIRE(set_choice(choices, "seq.prefetch", good));
    CHECK(get_choice(choices, "seq.prefetch") == good);
  }
  for (const char* bad : {"101", "-1", "", "0.5", "50%", "half", "18446744073709551616"}) {
    CAPTURE(bad);
    const Status status = set_choice(choices, "seq.prefetch", bad);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::kInvalidArgument);
    CHECK(choices.seq_prefetch == 100);
  }
}

TEST_CASE("the notice window is a time of at most two seconds") {
  Choices choices;
  REQUIRE(set_choice(choices, "delivery.notice-window", "50ms"));
  CHECK(choices.notice_window == std::chrono::milliseconds(50));
  REQUIRE(set_choice(choices, "delivery.notice-window", "2s"));
  CHECK(choices.notice_window == std::chrono::seconds(2));
  for (const char* bad : {"2001ms", "3s", "-1ms", "fast", "", "50"}) {
    CAPTURE(bad);
    const Status status = set_choice(choices, "delivery.notice-window", bad);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Code::kInvalidArgument);
    CHECK(choices.notice_window == std::chrono::seconds(2));
  }
  REQUIRE(set_choice(choices, "delivery.notice-window", "0us"));
  CHECK(choices.notice_window == Duration(0));
}

TEST_CASE("DESIGN 6.3: a refused value says the key and the value and what it may be") {
  Choices choices;
  const Status status = set_choice(choices, "store.fsync", "some\x1b[2Jtimes");
  REQUIRE_FALSE(status);
  CHECK(status.error().code == Code::kInvalidArgument);
  const std::string& message = status.error().message;
  CHECK(message.find("store.fsync") != std::string::npos);
  CHECK(message.find("always | interval | never") != std::string::npos);
  CHECK(message.find("times") != std::string::npos);
  CHECK(message.find('\x1b') == std::string::npos);
  CHECK_FALSE(set_choice(choices, "delivery.ack", ""));
  CHECK_FALSE(set_choice(choices, "delivery.ack", "After-Durable"));
}

TEST_CASE("DESIGN 6.3: an unknown key is answered with the nearest one if any is near") {
  Choices choices;
  const Status near = set_choice(choices, "seq.stp", "5");
  REQUIRE_FALSE(near);
  CHECK(near.error().code == Code::kNotFound);
  CHECK(near.error().message.find("did you mean 'seq.step'") != std::string::npos);
  const Status far = set_choice(choices, "colour\n", "blue");
  REQUIRE_FALSE(far);
  CHECK(far.error().code == Code::kNotFound);
  CHECK(far.error().message.find("colour\\n") != std::string::npos);
  CHECK(far.error().message.find("did you mean") == std::string::npos);
  CHECK(far.error().message.find("`glasspost choices` lists them") != std::string::npos);
  CHECK(hash_state(choices) == hash_state(Choices{}));
}

}  // namespace
}  // namespace glasspost::tests
