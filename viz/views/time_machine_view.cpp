// Painting the line of time, and obeying hand and keys.
#include "viz/views/time_machine_view.hpp"

#include <algorithm>
#include <cmath>

#include <imgui.h>

#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr double kShortestSpan = 60;  // seconds on the line, at least

struct MarkLook {
  IconId icon = IconId::kFault;
  ImU32 colour = 0;
};

MarkLook look_of(MarkKind kind) {
  switch (kind) {
    case MarkKind::kFault:
      return {IconId::kFault, theme().bad_text};
    case MarkKind::kHealed:
      return {IconId::kCheck, theme().ok_text};
    case MarkKind::kToggle:
      return {IconId::kToggle, theme().text};
    case MarkKind::kPromise:
      return {IconId::kPromise, theme().bad_text};
    case MarkKind::kPin:
      return {IconId::kPin, theme().focus};
    case MarkKind::kLoss:
      return {IconId::kCovered, theme().bad_text};
  }
  return {};
}

}  // namespace

std::string TimeMachineView::title() const {
  return std::string(tr(Str::kTimeMachine));
}
std::string TimeMachineView::question() const {
  return std::string(tr(Str::kTimeQuestion));
}

double TimeMachineView::seconds_of(Time time) const {
  return static_cast<double>(to_us(time - film_.silhouette_begins())) / 1e6;
}
Time TimeMachineView::time_of(double seconds) const {
  return film_.silhouette_begins() + Duration(static_cast<std::int64_t>(seconds * 1e6));
}

void TimeMachineView::draw(Rect area, ViewContext& context) {
  selected_ = context.selection->process;
  mode_ = context.mode;
  backdrop(area, theme().panel, em(kPanelRound));
  border(area, theme().line, em(kPanelRound));
  const Rect inside = area.inset(em(kPad), em(kGap));
  const float left = std::min(em(15), inside.w / 3);
  draw_transport(inside.left(left - em(kPad)));
  const Rect right = inside.beside_left(left);
  const Rect bar{right.x, right.y + em(1.5F), right.w, std::max(em(1.5F), right.h - em(3.6F))};
  backdrop(bar, theme().inset, 0);
  TimeLine line{bar.x, bar.w, 0, kShortestSpan};
  line.to = std::max(kShortestSpan, seconds_of(film_.ends()) * 1.04);
  draw_silhouette(bar, line);
  draw_faults(bar, line);
  draw_ticks(bar, line);
  draw_marks(bar, line);
  draw_playhead(bar, line);
  drag(bar, line);
}

Str TimeMachineView::standing() const {
  const bool recorded = mode_ == Mode::kRecorded;
  if (recorded && film_.end() == 0) return Str::kTimeEmpty;
  return player_.follows() && !recorded ? Str::kTimeLive : Str::kTimeFilm;
}

void TimeMachineView::draw_transport(Rect area) {
  text({area.x, area.y + em(0.7F)}, tr(Str::kTimeMachine), style::name());
  const Str words = standing();
  const bool live = words == Str::kTimeLive;
  pill({area.x + measure(tr(Str::kTimeMachine), style::name()) + em(kGap), area.y + em(0.7F)},
       tr(words), {live ? theme().ok_text : theme().text_2, live ? theme().ok : theme().line_2});
  const float side = em(1.9F);
  Rect button{area.x, area.y + em(1.7F), side, side};
  const auto place = [&button](bool active) {
    fill(button, active ? theme().card_hi : theme().card, em(kPillRound));
    border(button, theme().line_2, em(kPillRound));
  };
  const auto next = [&](bool active = false) {
    button.x += side + em(kSmallGap);
    place(active);
  };
  place(false);
  if (icon_button("first", button, IconId::kFirst, tr(Str::kTimeFirst))) {
    player_.pause();
    player_.seek(film_.begins());
  }
  next();
  if (icon_button("back", button, IconId::kStepBack, tr(Str::kTimeBack))) player_.step(-1);
  next(!player_.playing());
  const IconId play = player_.playing() ? IconId::kPause : IconId::kPlay;
  if (icon_button("play", button, play, tr(Str::kTimePlay))) toggle();
  next();
  if (icon_button("on", button, IconId::kStepOn, tr(Str::kTimeOn))) player_.step(1);
  next();
  if (icon_button("now", button, IconId::kNow, tr(Str::kTimeNow))) player_.follow();

  const float y = area.y + em(4.9F);
  if (y + em(0.5F) > area.bottom()) return;  // a low window
  float x = area.x;
  x += text({x, y}, tr(Str::kTimeSpeed), style::caption()) + em(kHalfGap);
  const double speed = player_.speed();
  const std::string factor =
      speed < 1 ? "1/" + num::count(static_cast<std::uint64_t>(std::lround(1 / speed)))
                : num::count(static_cast<std::uint64_t>(std::lround(speed))) + "\u00d7";
  x += text({x, y}, factor, style::value()) + em(kWide);
  x += text({x, y}, tr(Str::kTimeAxis), style::caption()) + em(kHalfGap);
  text({x, y}, tr(Str::kTimeLinear), style::value());
}

// Letters a slice of time: the past lighter than what lies behind the playhead. A column is a whole
// number of slices, so that columns do not flicker while the line grows.
void TimeMachineView::draw_silhouette(Rect bar, const TimeLine& line) const {
  const std::vector<std::uint32_t>& slices = film_.silhouette();
  if (slices.empty()) {
    const bool recorded = mode_ == Mode::kRecorded;
    text({bar.cx(), bar.cy()}, tr(recorded ? Str::kTimeNothingRecorded : Str::kTimeNothing),
         style::caption(), Align::kCentre);
    return;
  }
  const double slice = static_cast<double>(to_us(Film::kSlice)) / 1e6;
  const double pixels = (line.px(line.to) - line.px(line.from)) / (line.to - line.from) * slice;
  const auto each = static_cast<std::size_t>(std::max(1.0, std::ceil(em_exact(0.29F) / pixels)));
  const std::uint32_t highest = std::max(1U, *std::max_element(slices.begin(), slices.end()));
  const double now = seconds_of(player_.now());
  const double kept_from = seconds_of(film_.begins());
  for (std::size_t first = 0; first < slices.size(); first += each) {
    const auto begin = slices.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(each, slices.size() - first));
    const std::uint32_t most = *std::max_element(begin, end);
    if (most == 0) continue;
    const double from = static_cast<double>(first) * slice;
    const float left = std::floor(line.px(from));
    const float right = std::floor(line.px(from + static_cast<double>(each) * slice));
    const float height =
        bar.h * 0.82F * std::sqrt(static_cast<float>(most) / static_cast<float>(highest));
    const Rect column{left, bar.bottom() - height, std::max(1.0F, right - left - 1), height};
    const bool forgotten = from < kept_from - 1;
    fill(column, fade(theme().neutral, forgotten ? 0.2F : from <= now ? 0.62F : 0.3F));
    if (forgotten) pattern(column, Pattern::kChequer, fade(theme().line_2, 0.6F));
  }
}

void TimeMachineView::draw_faults(Rect bar, const TimeLine& line) const {
  for (const FaultSpan& span : film_.newest().deeds().faults()) {
    const Time end = span.to == kNever ? film_.ends() : span.to;
    const float from = std::clamp(line.px(seconds_of(span.from)), bar.x, bar.right());
    const float to = std::clamp(line.px(seconds_of(end)), from + 2, bar.right());
    const Rect band{from, bar.y, to - from, bar.h};
    fill(band, fade(theme().warn, 0.12F));
    pattern(band, Pattern::kDiagonal, fade(theme().warn, 0.3F));
  }
}

void TimeMachineView::draw_ticks(Rect bar, const TimeLine& line) const {
  hline(bar.x, bar.right(), bar.bottom(), theme().line_2);
  const int most = std::max(2, static_cast<int>(bar.w / em(6)));
  const double step = tick_step(line.to - line.from, most);
  const int last = static_cast<int>(line.to / step);
  for (int tick = 0; tick <= last; ++tick) {
    const double at = tick * step;
    const float x = line.px(at);
    vline(x, bar.bottom(), bar.bottom() + em(kSmallGap), theme().line_2);
    const Align align = x < bar.x + em(1)         ? Align::kLeft
                        : x > bar.right() - em(2) ? Align::kRight
                                                  : Align::kCentre;
    text({x, bar.bottom() + em(1.1F)}, num::stopwatch(at), style::axis(), align);
  }
}

void TimeMachineView::draw_marks(Rect bar, const TimeLine& line) const {
  std::vector<Mark> marks = film_.newest().deeds().marks();
  marks.insert(marks.end(), pins_.begin(), pins_.end());
  std::stable_sort(marks.begin(), marks.end(),
                   [](const Mark& one, const Mark& other) { return one.at < other.at; });
  std::vector<MarkPlace> places;
  places.reserve(marks.size());
  for (const Mark& mark : marks) {
    places.push_back({line.px(seconds_of(mark.at)), measure(mark.text, style::caption())});
  }
  const float gap = em(0.85F);
  place_labels(places, gap, bar.x, bar.right(), line.px(seconds_of(player_.now())));
  for (std::size_t index = 0; index < marks.size(); ++index) {
    const MarkLook look = look_of(marks[index].kind);
    const float y = bar.y - em(0.75F);
    vline(places[index].x, bar.y - em(kSmallGap), bar.bottom(), fade(look.colour, 0.8F));
    icon(look.icon, {places[index].x, y}, em(0.95F), look.colour);
    if (!places[index].labelled) continue;
    text({places[index].label_x, y}, marks[index].text, style::explanation());
  }
}

void TimeMachineView::draw_playhead(Rect bar, const TimeLine& line) const {
  const float x = line.px(seconds_of(player_.now()));
  fill({x - 1, bar.y - em(kSmallGap), 2, bar.h + em(kHalfGap)}, theme().text);
  const float top = bar.y - em(kSmallGap);
  const ImVec2 head[] = {{x - em(kHalfGap), top - em(kHalfGap)},
                         {x + em(kHalfGap), top - em(kHalfGap)},
                         {x, top + em(kTiny)},
                         {x, top + em(kTiny)}};
  quad(head, theme().text);
}

void TimeMachineView::drag(Rect bar, const TimeLine& line) {
  const Item hand = item("line", {bar.x, bar.y - em(kHalfGap), bar.w, bar.h + em(kGap)}, 0);
  const ImGuiIO& io = ImGui::GetIO();
  const bool by_hand = io.MouseDown[0] || io.MouseReleased[0];  // Space and Enter hold it, too
  if ((hand.held || hand.pressed) && by_hand) {
    if (!dragging_) player_.pause();
    dragging_ = true;
    player_.seek(time_of(line.at(io.MousePos.x)));
  } else {
    dragging_ = false;
  }
}

void TimeMachineView::toggle() {
  if (player_.playing()) {
    player_.pause();
  } else if (player_.now() >= film_.ends()) {
    player_.follow();
  } else {
    player_.play();
  }
}

void TimeMachineView::faster(double factor) {
  player_.set_speed(player_.speed() * factor);
}

// One step of one role: the next thing that the selected process told; without one, the next fact.
void TimeMachineView::step_selected() {
  const ProcessCard* card = film_.newest().processes().find(selected_);
  if (card == nullptr) return player_.step(1);
  player_.step_process(card->node);
}

void TimeMachineView::pin() {
  pins_.push_back(
      {player_.now(), MarkKind::kPin, "pin " + std::to_string(pins_.size() + 1), NodeId{}});
}

void TimeMachineView::add_actions(Actions& actions) {
  const auto add = [&actions](const char* id, Str label, const char* key,
                              std::function<void()> run) {
    actions.add({std::string("view.time.") + id, std::string(tr(label)), key, std::move(run), {}});
  };
  add("play", Str::kTimePlay, "Space", [this] { toggle(); });
  add("back", Str::kTimeBack, ",", [this] { player_.step(-1); });
  add("on", Str::kTimeOn, ".", [this] { player_.step(1); });
  add("role", Str::kTimeRole, ";", [this] { step_selected(); });
  add("previous", Str::kTimePrevious, "[", [this] { player_.to_mark(false); });
  add("next", Str::kTimeNext, "]", [this] { player_.to_mark(true); });
  add("pin", Str::kTimePin, "B", [this] { pin(); });
  add("slower", Str::kTimeSlower, "-", [this] { faster(0.5); });
  add("faster", Str::kTimeFaster, "+", [this] { faster(2); });
  add("first", Str::kTimeFirst, "Home", [this] {
    player_.pause();
    player_.seek(film_.begins());
  });
  add("now", Str::kTimeNow, "End", [this] { player_.follow(); });
}

std::string TimeMachineView::describe() const {
  return num::stopwatch(seconds_of(player_.now())) + " / " +
         num::stopwatch(seconds_of(film_.ends())) + ", " + std::string(tr(standing()));
}

}  // namespace glasspost::viz
