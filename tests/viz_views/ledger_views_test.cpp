// The ledger, the ownership strip and the failover timeline: what they say of a failover, cut
// nowhere, in both languages and at each text size; back with the film.
#include <string>

#include <doctest/doctest.h>

#include "tests/viz/imgui_frame.hpp"
#include "viz/model/film.hpp"
#include "viz/views/failover_view.hpp"
#include "viz/views/ledger_view.hpp"
#include "viz/views/ownership_view.hpp"
#include "viz/widgets/text.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

constexpr std::uint32_t kSeq1 = 6U << 24 | 1;
constexpr std::uint32_t kSeq2 = 6U << 24 | 2;
constexpr std::uint32_t kArbiter = 8U << 24 | 1;
constexpr std::uint32_t kStore = 7U << 24 | 1;
constexpr std::uint64_t kSections = 6;

Time seconds(double value) {
  return time_from_us(static_cast<std::int64_t>(value * 1e6));
}

std::uint64_t section(std::uint64_t index) {
  return 3U << 24 | index;
}

// Answers at the second look.
class FakeDesk final : public NumberDesk {
 public:
  std::vector<Numbered> users_of(SectionId section, std::size_t most) const override {
    Config config;
    config.users_per_section = 4;
    config.seq_owners.resize(kSections);
    config.mailbox_owners.resize(kSections);
    return numbered_users(config, {{UserId{2}, "bob"}}, section, most);
  }
  void ask(UserId user) override {
    asked.push_back(user.value);
    looks = 0;
  }
  std::string sentence() const override {
    return ++looks > 1 ? "because of user " + std::to_string(asked.back()) : "";
  }
  std::vector<std::uint32_t> asked;
  mutable int looks = 0;
};

// seq-1 is killed at 20 s; its lease of 5 s is waited out, and seq-2 serves from 27 s on.
struct Show {
  explicit Show(const std::string& watch = "1") {
    RunLabels labels;
    labels.choices = {{"seq.step", "1000"},
                      {"seq.detect", "1s"},
                      {"seq.poll", "1s"},
                      {"seq.lease", "5s"},
                      {"telemetry.watch", watch}};
    labels.processes = {{NodeId{1}, "seq-1", {{RoleKind::kSeq, 1}}},
                        {NodeId{2}, "seq-2", {{RoleKind::kSeq, 2}}}};
    film.name(labels);
    for (std::uint64_t index = 0; index < kSections; ++index)
      serve(1, index, index % 2 == 0 ? kSeq1 : kSeq2, 1, 0);
    for (int second = 2; second < 20; ++second) {
      for (std::uint64_t index = 0; index < kSections; ++index) {
        const auto first = static_cast<std::uint64_t>(second - 1) * 10 + 1;
        hand_out(second, index, index % 2 == 0 ? kSeq1 : kSeq2, first, 1'000);
      }
      lease(second, kSeq1);
      lease(second, kSeq2);
    }
    tell(20, FactKind::kEnded, 0, {1, 100, 0, 9});
    tell(21.2, FactKind::kSuspected, kArbiter, {pack({RoleKind::kSeq, 1}), 100, 1'200'000, 2});
    for (std::uint64_t index = 0; index < kSections; index += 2) {
      tell(21.5, FactKind::kRouted, kArbiter,
           {section(index), pack({RoleKind::kSeq, 2}), 2, pack({RoleKind::kSeq, 1})});
      tell(22, FactKind::kClaimed, kSeq2, {section(index), 2, 200, 5'000'000});
      tell(22.2, FactKind::kSealed, kStore, {section(index), 2});
    }
    for (std::uint64_t index = 0; index < kSections; index += 2)
      serve(27, index, kSeq2, 2, 1'000);
    for (std::uint64_t index = 0; index < kSections; index += 2)
      hand_out(28, index, kSeq2, 1'001, 2'000);
    batch.until = seconds(30);
    film.append(batch);
    player.advance(1);
    context.selection = &selection;
    context.actions = &actions;
  }

  // What a fact says, in the order of its fields.
  struct Told {
    std::uint64_t subject = 0, object = 0, number = 0, value = 0, extra = 0;
  };

  void tell(double when, FactKind kind, std::uint32_t role, const Told& told) {
    Fact fact;
    fact.time_us = to_us(seconds(when));
    fact.kind = kind;
    fact.role = role;
    fact.node = static_cast<std::uint16_t>(role & 0xFF);
    fact.subject = told.subject;
    fact.object = told.object;
    fact.number = told.number;
    fact.value = told.value;
    fact.extra = told.extra;
    batch.facts.push_back(fact);
  }
  void serve(double when, std::uint64_t index, std::uint32_t role, std::uint64_t epoch,
             std::uint64_t floor) {
    if (epoch == 1) tell(when, FactKind::kClaimed, role, {section(index), epoch, 100});
    tell(when, FactKind::kServing, role, {section(index), epoch, floor});
    tell(when, FactKind::kCeiling, role, {section(index), floor + 1'000});
  }
  void hand_out(double when, std::uint64_t index, std::uint32_t role, std::uint64_t first,
                std::uint64_t ceiling) {
    tell(when, FactKind::kHandedOut, role, {index + 1, section(index), first, 10, ceiling});
  }
  void lease(double when, std::uint32_t role) {
    tell(when, FactKind::kLeased, role,
         {3, static_cast<std::uint64_t>((when + 5) * 1e6), 5'000'000});
  }

  FactBatch batch;
  Film film;
  Player player{film};
  FakeDesk desk;
  Selection selection;
  Actions actions;
  ViewContext context;
};

bool says(const View& view, const std::string& words) {
  CAPTURE(view.describe());
  const bool found = view.describe().find(words) != std::string::npos;
  CHECK_MESSAGE(found, words);
  return found;
}

TEST_CASE("the ledger says what was skipped at the take-over, and before it that nothing was") {
  Show show;
  const LedgerView view(show.film, show.player, show.desk);
  says(view, "section 0: seq-2, epoch 2, newest 1\u2009010, ceiling 2\u2009000, skipped 810");
  says(view, "section 1: seq-2, epoch 1, newest 190, ceiling 1\u2009000, skipped 0");
  show.player.seek(seconds(15));
  says(view, "section 0: seq-1, epoch 1, newest 150, ceiling 1\u2009000, skipped 0");
}

TEST_CASE("a lease runs down with the film's clock, and that it is over is said in words") {
  Show show;
  const OwnershipView view(show.player);
  show.player.seek(seconds(19.5));
  says(view, "seq-1 has 3, 4.5 s of 5.0 s left");
  show.player.seek(seconds(23));
  says(view, "seq-1 has 0, 1.0 s of 5.0 s left");
  show.player.seek(seconds(26));
  says(view, "seq-1 has 0, ran out 2.0 s ago");
}

TEST_CASE("the ownership strip counts what moved and what nobody serves") {
  Show show;
  const OwnershipView view(show.player);
  show.player.seek(seconds(15));
  says(view, "numbers: 6 sections\n");
  show.player.seek(seconds(20.5));
  says(view, "3 not served");
  show.player.seek(seconds(25));
  says(view, "3 moved \u00b7 3 not served");
  show.player.follow();
  says(view, "numbers: 6 sections \u00b7 3 moved\n");
}

TEST_CASE("the failover timeline says each step, what was measured and what was predicted") {
  Show show;
  const FailoverView view(show.film, show.player);
  says(view, "gap \u2264 D + P + N = 1.0 + 1.0 + 5.0 = 7.0 s");
  says(view, "seq-1 \u2192 seq-2, 3 sections");
  says(view, "detect 1.2 s, decide 0.8 s, seal 0.2 s, wait 4.8 s, measured 7.0 s");
  says(view, "predicted \u2264 7.0 s");
  show.player.seek(seconds(24));
  says(view, "so far 4.0 s");
}

TEST_CASE("a number that goes back is told with its section, and by the sentence of promise 2") {
  Show show;
  show.batch = {};
  show.hand_out(31, 3, kSeq2, 11, 1'000);
  show.batch.until = seconds(33);
  show.film.append(show.batch);
  show.player.follow();
  const LedgerView view(show.film, show.player, show.desk);
  says(view, "section 3 went back: user 4 was handed numbers 11 to 20 after numbers 181 to 190");
  show.player.seek(seconds(15));
  CHECK(view.describe().find("went back") == std::string::npos);
}

TEST_CASE("where numbers are told of a sample the ledger says so") {
  Show sampled("100");
  says(LedgerView(sampled.film, sampled.player, sampled.desk), "1 of 100 users is told");
  Show untold("0");
  says(LedgerView(untold.film, untold.player, untold.desk),
       "nobody tells which numbers are handed out");
}

// Both workspaces' sizes, in pixels at 100 %.
void draw_all(Show& show, ImguiFrames& frames, Rect ledger_place, Rect timeline_place) {
  LedgerView ledger(show.film, show.player, show.desk);
  OwnershipView ownership(show.player);
  FailoverView failover(show.film, show.player);
  const Rect strips{ledger_place.right() + 30, ledger_place.y, ledger_place.w * 0.45F,
                    ledger_place.h};
  for (int i = 0; i < 3; ++i) {
    frames.frame([&] {
      ledger.draw(ledger_place, show.context);
      ownership.draw(strips, show.context);
      failover.draw(timeline_place, show.context);
    });
  }
}

TEST_CASE("no word is cut, in both languages, at each size, during a failover and after it") {
  for (const Language language : {Language::kEnglish, Language::kChinese}) {
    for (const float size : {1.0F, 1.5F, 2.0F}) {
      set_language(language);
      set_scale(size);
      ImguiFrames frames;
      Show show;
      show.selection.section = section(0);
      const std::uint64_t before = cut_texts();
      for (const double when : {15.0, 23.0, 26.0, 30.0}) {
        show.player.seek(seconds(when));
        draw_all(show, frames, {10, 10, 1'040, 370}, {10, 400, 1'560, 240});
        draw_all(show, frames, {10, 10, 830, 270}, {10, 300, 1'240, 190});
      }
      CAPTURE(size);
      CAPTURE((cut_texts() > before ? cut_examples().back() : std::string()));
      CHECK(cut_texts() == before);
    }
  }
  set_scale(1);
  set_language(Language::kEnglish);
}

TEST_CASE("a click on a lane selects its section, another one lets it go") {
  ImguiFrames frames;
  Show show;
  LedgerView view(show.film, show.player, show.desk);
  const auto draw = [&] { view.draw({10, 10, 1'040, 370}, show.context); };
  frames.frame(draw);
  for (float y = 200; y < 370 && show.selection.section == 0; y += 8)
    frames.click({500, y}, draw);
  CHECK(show.selection.section >= section(0));
}

TEST_CASE("a click on a user asks why the next number will be what it will be, until another one") {
  ImguiFrames frames;
  Show show;
  show.selection.section = section(0);
  LedgerView view(show.film, show.player, show.desk);
  const auto draw = [&] { view.draw({10, 10, 1'040, 600}, show.context); };
  frames.frame(draw);
  CHECK(show.desk.asked == std::vector<std::uint32_t>{0});  // of a section's users nobody is asked
  // The row of buttons is found by trying: bob has a name, so he comes first.
  for (float y = 40; y < 180 && show.desk.asked.size() < 2; y += 6) {
    for (float x = 620; x < 1000 && show.desk.asked.size() < 2; x += 12)
      frames.click({x, y}, draw);
  }
  REQUIRE(show.desk.asked == std::vector<std::uint32_t>{0, 2});
  says(view, "because of user 2");
  show.selection.section = section(1);
  frames.frame(draw);
  CHECK(show.desk.asked.back() == 0);
  CHECK(view.describe().find("because") == std::string::npos);
}

TEST_CASE("a section's users: those with a name first, then by number, no more than wanted") {
  const FakeDesk desk;
  const auto names = [&desk](std::uint64_t index, std::size_t most) {
    std::string all;
    for (const Numbered& one :
         desk.users_of(SectionId{static_cast<std::uint32_t>(section(index))}, most))
      all += one.name + ", ";
    return all;
  };
  CHECK(names(0, 9) == "bob, user 1, user 3, user 4, ");
  CHECK(names(1, 2) == "user 5, user 6, ");
  CHECK(names(kSections, 9) == "");
  CHECK(desk.users_of(section_of(SectionKind::kMailbox, 0), 9).empty());
}

}  // namespace
}  // namespace glasspost::viz
