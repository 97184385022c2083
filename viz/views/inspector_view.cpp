// Tabs, the path, and the words beside it.
#include "viz/views/inspector_view.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "viz/model/groups.hpp"
#include "viz/model/shown_on.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kInspectorRow = 1.4F;  // em
constexpr float kWhyHeight = 4.8F;     // two reasons

double us(Duration duration) {
  return static_cast<double>(to_us(duration));
}

bool happened(Time time) {
  return time != Time(Duration(0));
}

ImU32 colour_of(const Hop& hop) {
  return message_look(static_cast<MessageType>(group_of(hop.kind))).colour;
}

Time last_shown(const MessageStory& story) {
  Time latest = Time(Duration(0));
  for (const DeviceSeen& seen : story.shown)
    latest = std::max(latest, seen.at);
  return latest;
}

}  // namespace

std::string InspectorView::title() const {
  return last_ == 0 ? std::string(tr(Str::kMessage)) : tr_with(Str::kMessageNamed, short_id(last_));
}
std::string InspectorView::question() const {
  return std::string(tr(Str::kMessageQuestion));
}

// The selected message; without one, the newest that was shown somewhere.
const MessageStory* InspectorView::shown(std::uint64_t selected) const {
  const Messages& messages = player_.model().messages();
  if (selected != 0) {
    if (const MessageStory* story = messages.find(selected)) return story;
  }
  for (auto trace = messages.recent().rbegin(); trace != messages.recent().rend(); ++trace) {
    const MessageStory* story = messages.find(*trace);
    if (story != nullptr && !story->shown.empty()) return story;
  }
  return nullptr;
}

void InspectorView::draw(Rect area, ViewContext& context) {
  if (walk_ != 0) {
    const auto& recent = player_.model().messages().recent();
    const auto here = std::find(recent.begin(), recent.end(), last_);
    if (here != recent.end()) {
      const auto place =
          std::clamp<std::ptrdiff_t>(here - recent.begin() + walk_, 0, std::ssize(recent) - 1);
      context.selection->trace = recent[static_cast<std::size_t>(place)];
    } else if (!recent.empty()) {
      context.selection->trace = recent.back();
    }
    walk_ = 0;
  }
  const MessageStory* story = shown(context.selection->trace);
  if (story == nullptr) {
    last_ = 0;
    empty_state(area, IconId::kFind, tr(Str::kMessageNone), {});
    return;
  }
  if (story->trace != last_) {
    last_ = story->trace;
    hop_ = 0;
    field_ = 0;
  }
  const std::array<std::string, 3> labels{std::string(tr(Str::kMessagePath)),
                                          std::string(tr(Str::kMessageFields)),
                                          std::string(tr(Str::kMessageBytes))};
  tabs("tabs", area.top(em(kControlHeight)), labels, tab_);
  const Rect rest = area.below_top(em(kControlHeight) + em(kGap));
  if (story->hops.empty()) {
    empty_state(rest, IconId::kCovered, tr(Str::kWhereNotWatched), {});
    return;
  }
  hop_ = std::min(hop_, story->hops.size() - 1);
  if (tab_ == 0) draw_path(rest, *story);
  if (tab_ == 1) draw_fields(rest, *story);
  if (tab_ == 2) draw_bytes(rest, *story);
}

void InspectorView::draw_path(Rect area, const MessageStory& story) {
  const float facts = story.rows.empty() ? 2 : 4;
  const float words = em(3.7F + kWhyHeight) + em(kInspectorRow) * facts;
  const float pitch = em(1.55F);
  const auto fits = static_cast<std::size_t>(std::max(3.0F, (area.h - words) / pitch));
  const std::size_t rows = std::min(story.hops.size(), fits);
  const double scale = std::max(1.0, us(story.last() - story.first));
  const Rect list = area.top(pitch * static_cast<float>(rows));
  const auto all = static_cast<float>(story.hops.size());
  Rect row = begin_scroll("hops", list, pitch * all).top(pitch);
  vline(row.x + em(0.5F), row.cy(), row.cy() + pitch * (all - 1), theme().line_2);
  for (std::size_t index = 0; index < story.hops.size(); ++index, row.y += pitch) {
    ImGui::PushID(static_cast<int>(index));
    draw_hop(row, story, index, scale);
    ImGui::PopID();
  }
  end_scroll();
  float y = list.bottom() + em(kSmallGap);
  if (rows < story.hops.size()) {
    text({area.x + em(1.4F), y + em(0.4F)}, "+ " + num::count(story.hops.size() - rows),
         style::axis());
    y += em(1);
  }
  hline(area.x, area.right(), y, theme().line);
  y += em(1);
  const bool done = !story.shown.empty();
  const Time end = done ? last_shown(story) : story.acked;
  text({area.x, y}, tr(done ? Str::kMessageTotal : Str::kMessageToAck), style::caption());
  if (happened(end)) {
    text({area.right(), y}, num::millis(us(end - story.first) / 1e6), style::lead(), Align::kRight);
  }
  y = draw_why({area.x, y + em(1.1F), area.w, 0}, story);
  draw_rows({area.x, y + em(kGap), area.w, area.bottom() - y - em(kGap)}, story);
}

void InspectorView::draw_hop(Rect row, const MessageStory& story, std::size_t index,
                             double scale_us) {
  const Hop& hop = story.hops[index];
  const Item here = item("hop", row, em(kPillRound));
  if (here.pressed) {
    hop_ = index;
    field_ = 0;
  }
  if (here.hovered || index == hop_) fill(row, theme().card, em(kPillRound));
  circle({row.x + em(0.5F), row.cy()}, em_exact(0.26F),
         index == hop_ ? theme().text : colour_of(hop));
  text({row.x + em(1.4F), row.cy()}, Model::role_name(hop.to), style::value());
  const float second = row.x + std::max(em(7.6F), row.w * 0.32F);
  const float third = row.x + row.w * 0.62F;
  text_in({second, row.y, third - second - em(kSmallGap), row.h}, kind_name(hop.kind),
          style::caption());
  const Rect lane{third, row.cy() - em(0.3F), row.right() - em(3) - third, em(0.6F)};
  const auto share = [&](Time at) {
    return static_cast<float>(std::clamp(us(at - story.first) / scale_us, 0.0, 1.0));
  };
  const float from = lane.x + lane.w * share(hop.sent);
  const float to = std::max(from + 2, lane.x + lane.w * share(hop.arrived));
  fill({from, lane.y, to - from, lane.h}, colour_of(hop));
  text({row.right(), row.cy()}, num::fixed(us(hop.arrived - story.first) / 1e3, 1),
       style::caption(), Align::kRight);
}

// The two largest waits with their shares.
float InspectorView::draw_why(Rect area, const MessageStory& story) const {
  const std::vector<WaitPart> parts = wait_parts(story);
  const double whole = std::max(1.0, us(story.last() - story.first));
  std::vector<std::pair<double, std::string>> reasons;  // microseconds, where
  for (const WaitPart& part : parts) {
    const std::string where =
        part.inside ? tr_with(Str::kMessageInside, Model::role_name(part.from))
                    : Model::role_name(part.from) + " \u2192 " + Model::role_name(part.to);
    const bool told = std::any_of(reasons.begin(), reasons.end(),
                                  [&where](const auto& reason) { return reason.second == where; });
    if (!told) reasons.emplace_back(us(part.took), where);  // else two letters saw the same wait
  }
  // A merged notice or a pull names no message: what is left until a device shows it has no hop.
  Time heard = story.first;
  for (const Hop& hop : story.hops)
    heard = std::max(heard, hop.arrived);
  if (last_shown(story) > heard) {
    reasons.emplace_back(us(last_shown(story) - heard), std::string(tr(Str::kMessageUntilShown)));
  }
  std::stable_sort(reasons.begin(), reasons.end(),
                   [](const auto& one, const auto& other) { return one.first > other.first; });
  const float height = em(kWhyHeight);
  const Rect inside = card({area.x, area.y, area.w, height});
  text({inside.x, inside.y + em(0.4F)}, tr(Str::kMessageWhy), style::value());
  Rect row{inside.x, inside.y + em(1.1F), inside.w, em(1.3F)};
  for (std::size_t index = 0; index < std::min<std::size_t>(2, reasons.size()); ++index) {
    const float share =
        text({row.right(), row.cy()}, num::percent(std::min(1.0, reasons[index].first / whole)),
             style::value(), Align::kRight);
    text_in(row.beside_far(share + em(kGap)), reasons[index].second, style::explanation());
    row.y += row.h;
  }
  return area.y + height;
}

void InspectorView::draw_rows(Rect area, const MessageStory& story) const {
  const Model& model = player_.model();
  Rect row = area.top(em(kInspectorRow));
  const auto line = [&row, &area](std::string_view name, std::string_view value) {
    if (row.bottom() > area.bottom() + 1) return;
    text({row.x, row.cy()}, name, style::caption());
    text({row.x + row.w * 0.4F, row.cy()}, value, style::mono());
    row.y += row.h;
  };
  if (is_pair(story.key.conversation)) {
    line(tr(Str::kMessageTo), model.user_name(lower_member(story.key.conversation)) + ", " +
                                  model.user_name(higher_member(story.key.conversation)));
  }
  line(tr(Str::kMessageNumber),
       num::count(story.key.number) + ", " +
           fmt::format("{}-{:04x}", index_of(story.sender), story.client_id & 0xFFFF));
  std::string seq;
  std::string shown;
  for (const InboxRowSeen& inbox : story.rows) {
    const std::string before = (seq.empty() ? "" : ", ") + model.user_name(inbox.user) + " ";
    const ShownOn screens = shown_on(model, story, inbox.user);
    seq += before + num::count(inbox.inbox_number);
    shown += before + tr_with(Str::kMessageOf, num::count(screens.devices), num::count(screens.of));
  }
  if (seq.empty()) return;
  line(tr(Str::kMessageSeq), seq);
  line(tr(Str::kMessageShownOn), shown);
}

void InspectorView::walk(int steps) {
  walk_ = steps;
}

void InspectorView::add_actions(Actions& actions) {
  actions.add({"view.message.next",
               std::string(tr(Str::kMessageNext)),
               "N",
               [this] { walk(1); },
               {},
               std::string(id())});
  actions.add({"view.message.previous",
               std::string(tr(Str::kMessagePrevious)),
               "Shift N",
               [this] { walk(-1); },
               {},
               std::string(id())});
}

std::string InspectorView::describe() const {
  const MessageStory* story = shown(last_);
  if (story == nullptr) return std::string(tr(Str::kMessageNone));
  std::string words = title() + ": " + std::to_string(story->hops.size()) + " hops";
  for (const Hop& hop : story->hops) {
    words += "\n" + num::fixed(us(hop.arrived - story->first) / 1e3, 1) + " ms  " +
             Model::role_name(hop.from) + " \u2192 " + Model::role_name(hop.to) + "  " +
             kind_name(hop.kind);
  }
  return words;
}

}  // namespace glasspost::viz
