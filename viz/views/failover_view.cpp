// Rows of bars, newest first.
#include "viz/views/failover_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/text.hpp"
#include "viz/views/ledger_parts.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kPitch = 3.5F;       // em
constexpr float kNameWidth = 13;     // em
constexpr float kValueWidth = 8.5F;  // em
constexpr float kAxis = 1.5F;        // em

double seconds_of(Duration duration) {
  return static_cast<double>(to_us(duration)) / 1e6;
}

std::string seconds_words(Duration duration) {
  const double seconds = seconds_of(duration);
  if (seconds > 0 && seconds < 0.005) return "< " + num::secs(0.01, 2);
  return num::secs(seconds, seconds < 0.095 ? 2 : 1);
}

struct StepLook {
  Str word;
  State state;
};

StepLook look_of(FailoverStep step) {
  switch (step) {
    case FailoverStep::kDetect:
      return {Str::kFailoverDetect, State::kRefused};
    case FailoverStep::kRestart:
      return {Str::kFailoverRestart, State::kRefused};
    case FailoverStep::kDecide:
      return {Str::kFailoverDecide, State::kHandshake};
    case FailoverStep::kSeal:
      return {Str::kFailoverSeal, State::kStale};
    case FailoverStep::kWait:
      return {Str::kFailoverWait, State::kWaiting};
    case FailoverStep::kServe:
      return {Str::kFailoverServe, State::kHealthy};
  }
  return {Str::kFailoverServe, State::kHealthy};
}

Duration chosen(const Model& model, const std::string& key) {
  const auto found = model.choices().find(key);
  if (found == model.choices().end()) return Duration(0);
  const Result<Duration> time = parse_duration(found->second);
  return time ? *time : Duration(0);
}

}  // namespace

std::string FailoverView::title() const {
  return std::string(tr(Str::kFailover));
}
std::string FailoverView::question() const {
  return std::string(tr(Str::kFailoverQuestion));
}

// Of the choices in force: what the next failover may take.
std::string FailoverView::equation() const {
  const Model& model = player_.model();
  const Duration detect = chosen(model, "seq.detect");
  const Duration poll = chosen(model, "seq.poll");
  const Duration lease = chosen(model, "seq.lease");
  return std::string(tr(Str::kFailoverEquation)) + " = " + num::fixed(seconds_of(detect), 1) +
         " + " + num::fixed(seconds_of(poll), 1) + " + " + num::fixed(seconds_of(lease), 1) +
         " = " + num::secs(seconds_of(detect + poll + lease));
}

std::string FailoverView::who(const Failover& one) const {
  if (!one.moved()) return tr_with(Str::kFailoverBack, owner_name(one.after));
  return owner_name(one.before) + " \u2192 " + owner_name(one.after);
}

std::string FailoverView::when(const Failover& one) const {
  const std::string at = num::secs(seconds_of(one.begins() - film_.silhouette_begins()));
  const Str words = one.sections == 1 ? Str::kFailoverOneSection : Str::kFailoverSections;
  return tr_with(words, num::count(one.sections), at);
}

std::string FailoverView::measured(const Failover& one) const {
  const std::string words = seconds_words(one.gap(player_.now()));
  return one.begin_told() ? words : "\u2265 " + words;
}

void FailoverView::draw(Rect area, ViewContext&) {
  const std::vector<Failover>& all = player_.model().failovers().all();
  draw_head(area.top(em(1.5F)));
  const Rect rest = area.below_top(em(1.8F));
  if (all.empty()) {
    empty_state(rest, IconId::kTwin, tr(Str::kFailoverNothing), {});
    return;
  }
  const Rect place = rest.above_low(em(kAxis));
  const float pitch = em(kPitch);
  const Rect list = begin_scroll("failovers", place, pitch * static_cast<float>(all.size()));
  std::vector<std::pair<Rect, const Failover*>> seen;
  Rect row = list.top(pitch);
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    if (row.bottom() > place.y && row.y < place.bottom()) seen.emplace_back(row, &*one);
    row.y += pitch;
  }
  // To the scale of what is seen: one long failover must not make all others invisible.
  double longest = 0.5;
  for (const auto& [where, one] : seen) {
    longest =
        std::max({longest, seconds_of(one->gap(player_.now())), seconds_of(one->predicted())});
  }
  TimeLine line;
  line.x = list.x + em(kNameWidth);
  line.width = std::max(list.w - em(kNameWidth) - em(kValueWidth), em(4));
  line.to = longest * 1.02;
  const double step = tick_step(line.to, std::max(2, static_cast<int>(line.width / em(6))));
  for (double at = 0; at <= line.to; at += step)
    vline(std::floor(line.px(at)), place.y, place.bottom(), theme().grid);
  for (const auto& [where, one] : seen)
    draw_row(where, *one, line);
  end_scroll();
  draw_axis(rest.low(em(kAxis)), line, step);
}

void FailoverView::draw_head(Rect row) const {
  const TextStyle formula{Step::kSmall, Face::kMono, theme().text};
  float x = row.x + text({row.x, row.cy()}, equation(), formula) + em(kSection);
  for (const FailoverStep step : {FailoverStep::kDetect, FailoverStep::kDecide, FailoverStep::kSeal,
                                  FailoverStep::kWait, FailoverStep::kServe}) {
    const StepLook look = look_of(step);
    const float width = em(1.4F) + em(kHalfGap) + measure(tr(look.word), style::caption());
    if (x + width > row.right()) return;
    state_fill({x, row.cy() - em(0.4F), em(1.4F), em(0.8F)}, look.state);
    text({x + width, row.cy()}, tr(look.word), style::caption(), Align::kRight);
    x += width + em(kWide);
  }
  const float width = em(0.6F) + measure(tr(Str::kFailoverRouted), style::caption());
  if (x + width > row.right()) return;
  fill({x, row.cy() - em(0.55F), std::max(2 * scale(), 2.0F), em(1.1F)}, theme().text);
  text({x + width, row.cy()}, tr(Str::kFailoverRouted), style::caption(), Align::kRight);
  x += width + em(kWide);
  const std::string_view order = tr(Str::kFailoverNewest);
  if (x + measure(order, style::caption()) > row.right()) return;
  text({row.right(), row.cy()}, order, style::caption(), Align::kRight);
}

void FailoverView::draw_axis(Rect foot, const TimeLine& line, double step) {
  for (double at = 0; at <= line.to; at += step) {
    text({std::floor(line.px(at)), foot.cy()}, num::secs(at, step < 1 ? 1 : 0), style::axis(),
         at == 0 ? Align::kLeft : Align::kCentre);
  }
  const std::string_view name = tr(Str::kFailoverAxis);
  if (measure(name, style::axis()) < em(kNameWidth)) {
    text({foot.x, foot.cy()}, name, style::axis());
  }
}

void FailoverView::draw_row(Rect row, const Failover& one, const TimeLine& line) const {
  const float upper = row.y + em(0.95F);
  const float lower = row.y + em(2.35F);
  const Rect name{row.x, upper - em(0.7F), em(kNameWidth) - em(kGap), em(1.4F)};
  text_in(name, who(one), style::value());
  text_in({row.x, lower - em(0.7F), name.w, em(1.4F)}, when(one), style::caption());
  draw_steps({line.x, upper - em(0.75F), line.width, em(1.5F)}, one, line);
  draw_predicted({line.x, lower - em(0.55F), line.width, em(1.1F)}, one, line);
  const bool late = one.moved() && one.gap(player_.now()) > one.predicted() * 11 / 10;
  const TextStyle value = late ? style::coloured(style::name(), theme().warn_text) : style::name();
  const float width = text({row.right(), upper}, measured(one), value, Align::kRight);
  text({row.right() - width - em(kHalfGap), upper},
       tr(one.over() ? Str::kFailoverMeasured : Str::kFailoverGoesOn), style::axis(),
       Align::kRight);
  if (!one.moved()) return;
  const float bound = text({row.right(), lower}, num::bound(seconds_words(one.predicted())),
                           style::explanation(), Align::kRight);
  text({row.right() - bound - em(kHalfGap), lower}, tr(Str::kFailoverPredicted), style::axis(),
       Align::kRight);
}

// A step that is too short for its name shows its length in the tooltip alone.
void FailoverView::draw_steps(Rect bar, const Failover& one, const TimeLine& line) const {
  std::string all;
  for (const StepSpan& span : one.steps(player_.now())) {
    const StepLook look = look_of(span.step);
    const float x0 = line.px(seconds_of(span.from - one.begins()));
    const float x1 = line.px(seconds_of(span.to - one.begins()));
    const Rect place{x0, bar.y, std::max(x1 - x0, std::max(2 * scale(), 2.0F)), bar.h};
    state_fill(place, look.state);
    const std::string took = seconds_words(span.to - span.from);
    const std::string words = std::string(tr(look.word)) + " " + took;
    all += (all.empty() ? "" : ", ") + words + (span.open ? "\u2026" : "");
    const TextStyle label{Step::kMicro, Face::kMedium, theme().text};
    if (measure(words, label) + em(1) < place.w) {
      text_padded({place.cx(), place.cy()}, words, label, Align::kCentre);
    }
  }
  const bool routed = one.routed != kNotYet && one.routed > one.begins();
  if (routed) {
    const float x = line.px(seconds_of(one.routed - one.begins()));
    fill({x, bar.y - em(0.2F), std::max(2 * scale(), 2.0F), bar.h + em(0.4F)}, theme().text);
  }
  ImGui::PushID(&one);
  const Item here = item("steps", bar, em(kTiny));
  Tip shown;
  shown.what = who(one);
  shown.value = measured(one);
  shown.why = all;
  if (one.moved() && one.claimed != kNotYet && one.waits == Duration(0)) {
    shown.why += ". " + std::string(tr(Str::kFailoverNoLease));
  }
  if (!one.begin_told()) shown.why += ". " + std::string(tr(Str::kFailoverUntold));
  tip(here, shown);
  ImGui::PopID();
}

void FailoverView::draw_predicted(Rect bar, const Failover& one, const TimeLine& line) {
  if (!one.moved()) {
    text({bar.x, bar.cy()}, tr(Str::kFailoverNoWait), style::axis());
    return;
  }
  struct Part {
    const char* name;
    Duration length;
  };
  Duration at(0);
  for (const Part& part : {Part{"D", one.detect}, Part{"P", one.poll}, Part{"N", one.lease}}) {
    if (part.length <= Duration(0)) continue;
    const float x0 = line.px(seconds_of(at));
    at += part.length;
    const Rect place{x0, bar.y, line.px(seconds_of(at)) - x0, bar.h};
    border(place, theme().line_2, em(kTiny));
    const std::string words = std::string(part.name) + " \u2264 " + seconds_words(part.length);
    const std::string_view shortest = part.name;
    if (measure(words, style::axis()) + em(kHalfGap) < place.w) {
      text({place.cx(), place.cy()}, words, style::axis(), Align::kCentre);
    } else if (measure(shortest, style::axis()) < place.w) {
      text({place.cx(), place.cy()}, shortest, style::axis(), Align::kCentre);
    }
  }
}

std::string FailoverView::describe() const {
  std::string words = equation();
  const std::vector<Failover>& all = player_.model().failovers().all();
  for (auto one = all.rbegin(); one != all.rend(); ++one) {
    words += "\n" + who(*one) + ", " + when(*one) + ": ";
    for (const StepSpan& span : one->steps(player_.now())) {
      words += std::string(tr(look_of(span.step).word)) + " " + seconds_words(span.to - span.from) +
               (span.open ? "\u2026, " : ", ");
    }
    words += std::string(tr(one->over() ? Str::kFailoverMeasured : Str::kFailoverGoesOn)) + " " +
             measured(*one);
    if (one->moved()) {
      words += ", " + std::string(tr(Str::kFailoverPredicted)) + " " +
               num::bound(seconds_words(one->predicted()));
    }
  }
  return words;
}

}  // namespace glasspost::viz
