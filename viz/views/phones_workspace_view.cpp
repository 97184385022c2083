// Phones beside each other, and the way of one message between them.
#include "viz/views/phones_workspace_view.hpp"

#include <algorithm>
#include <cmath>

#include "viz/model/groups.hpp"
#include "viz/views/phone_parts.hpp"
#include "viz/views/role_icon.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kWidestPhone = 23.3F;  // em
constexpr float kNarrowestPhone = 16.5F;
constexpr float kLeastWay = 9.5F;  // em: the text and two hops

double seconds(Duration duration) {
  return static_cast<double>(to_us(duration)) / 1e6;
}

bool happened(Time time) {
  return time != Time(Duration(0));
}

// The hops that tell the way: what moves the message on, not every answer on the way back.
std::vector<const Hop*> main_hops(const MessageStory& story) {
  std::vector<const Hop*> hops;
  for (const Hop& hop : story.hops) {
    const std::string name = kind_name(hop.kind);
    const bool forwards = name == "SendText" || name == "Submit" || name == "AppendLog" ||
                          name == "Submitted" || name == "IndexRows" || name == "NotifyDevice";
    if (forwards) hops.push_back(&hop);
  }
  return hops;
}

}  // namespace

std::string PhonesView::title() const {
  return std::string(tr(Str::kPhones));
}
std::string PhonesView::question() const {
  return std::string(tr(Str::kPhonesQuestion));
}

void PhonesView::draw(Rect area, ViewContext& context) {
  const std::size_t phones = deck_.phones().size();
  if (phones == 0) {
    empty_state(area, IconId::kClient, tr(Str::kPhoneNone), {});
    return;
  }
  while (screens_.size() < phones)
    screens_.emplace_back(deck_, screens_.size());
  shown_ = row_in(area.w);
  if (shown_.phones == phones && shown_.where) return draw_row(area, shown_, context);
  std::vector<std::string> names;
  for (const PhoneScreen& screen : screens_)
    names.push_back(screen.name());
  if (!shown_.where) names.emplace_back(tr(Str::kWhereNow));
  tabs("which", area.top(em(kControlHeight)), names, chosen_);
  shown_ = row_in(area.w);
  draw_row(area.below_top(em(kControlHeight) + em(kGap)), shown_, context);
}

PhonesView::Row PhonesView::row_in(float width) const {
  const float gap = em(kSection);
  const int all = static_cast<int>(screens_.size());
  const int columns =
      std::clamp(static_cast<int>((width + gap) / (em(kNarrowestPhone) + gap)), 1, all + 1);
  Row row;
  row.where = columns > 1 || chosen_ >= all;
  row.phones = static_cast<std::size_t>(columns > 1 ? columns - 1 : (row.where ? 0 : 1));
  row.first = static_cast<std::size_t>(std::clamp(chosen_, 0, all - static_cast<int>(row.phones)));
  return row;
}

void PhonesView::draw_row(Rect area, const Row& row, ViewContext& context) {
  const float gap = em(kSection);
  const int columns = static_cast<int>(row.phones) + (row.where ? 1 : 0);
  // Phones are no wider than a phone; what they leave is for the way of the message.
  const float width = std::floor(std::min(area.column(0, columns, gap).w, em(kWidestPhone)));
  const float where = area.w - static_cast<float>(row.phones) * (width + gap);
  Rect place = area.left(width);
  if (row.phones == 0) return draw_where(area, context);
  for (std::size_t phone = 0; phone < row.phones; ++phone) {
    screens_[row.first + phone].draw(place, context);
    place.x += width + gap;
    if (phone > 0 || !row.where) continue;
    draw_where({place.x, place.y, where, place.h}, context);
    place.x += where + gap;
  }
}

std::string PhonesView::describe() const {
  std::string names;
  for (std::size_t phone = 0; phone < std::min(shown_.phones, screens_.size()); ++phone) {
    names += (names.empty() ? "" : ", ") + screens_[shown_.first + phone].name();
  }
  return names;
}

std::uint64_t PhonesView::followed(std::uint64_t selected) const {
  if (selected != 0) return selected;
  const Bubble* newest = nullptr;
  for (const Phone& phone : deck_.phones()) {
    const Thread* thread = phone.book.find(phone.book.opened());
    if (thread == nullptr) continue;
    for (const Bubble& bubble : thread->bubbles) {
      const bool later = newest == nullptr || bubble.time_ms > newest->time_ms;
      if (bubble.number != 0 && later) newest = &bubble;
    }
  }
  return newest == nullptr ? 0 : newest->trace();
}

std::string PhonesView::words_of(std::uint64_t trace) const {
  for (const Phone& phone : deck_.phones()) {
    const Thread* thread = phone.book.find(phone.book.opened());
    if (thread == nullptr) continue;
    for (const Bubble& bubble : thread->bubbles) {
      if (bubble.trace() == trace) return bubble.text;
    }
  }
  return {};
}

// Where the message is now that is selected, or else the newest one that these phones saw.
void PhonesView::draw_where(Rect area, const ViewContext& context) {
  const std::string title(tr(Str::kWhereNow));
  PanelLook look{"where", title, {}};
  look.tools = false;
  const PanelBox box = begin_panel(area, look);
  const std::uint64_t trace = followed(context.selection->trace);
  const MessageStory* story = player_.model().messages().find(trace);
  if (trace == 0) {
    empty_state(box.content, IconId::kFind, tr(Str::kWhereNone), {});
  } else if (story == nullptr) {
    empty_state(box.content, IconId::kCovered, tr(Str::kWhereNotWatched), {});
  } else {
    const Rect rows = box.content;
    const float inboxes = static_cast<float>(std::max<std::size_t>(story->rows.size(), 1));
    const float devices_height = em(2.4F) + em(kTextRowHeight) * inboxes;
    const bool low = rows.h < devices_height + em(kLeastWay);
    draw_hops(low ? rows : rows.above_low(devices_height + em(kGap)), *story, words_of(trace));
    if (!low) draw_devices(rows.low(devices_height), *story);
  }
  end_panel();
}

void PhonesView::draw_hops(Rect area, const MessageStory& story, std::string_view said) {
  const std::string number = to_text(story.key.conversation) + ", " +
                             num::whole(static_cast<std::int64_t>(story.key.number));
  float y = area.y + em(0.7F);
  if (!said.empty()) {
    preview({area.x, area.y, area.w, em(1.4F)}, "\"" + std::string(said) + "\"", style::name());
    y += em(1.5F);
  }
  text({area.x, y}, number, said.empty() ? style::name() : style::caption());
  const std::vector<const Hop*> hops = main_hops(story);
  area = area.below_top(y - area.y + em(1.3F));
  Rect row = area.top(em(3));
  const float x = row.x + em(1);
  const std::size_t fits = static_cast<std::size_t>(std::max(1.0F, area.h / row.h));
  const std::size_t rows = std::min(hops.size(), fits);
  if (rows > 1) {
    vline(x, row.cy(), row.cy() + row.h * static_cast<float>(rows - 1), theme().ok_text);
  }
  for (std::size_t index = 0; index < rows; ++index, row.y += row.h) {
    const Hop& hop = *hops[index];
    circle({x, row.cy()}, em_exact(0.85F), theme().panel);
    ring({x, row.cy()}, em_exact(0.85F), theme().ok_text, {em_exact(0.1F)});
    icon(icon_of_role(hop.to), {x, row.cy()}, em(0.9F));
    text({x + em(1.6F), row.cy() - em(0.55F)}, Model::role_name(hop.to), style::value());
    text({x + em(1.6F), row.cy() + em(0.6F)},
         kind_name(hop.kind) + ", " + num::bytes(static_cast<double>(hop.bytes)), style::caption());
    text({row.right(), row.cy() - em(0.55F)}, num::millis(seconds(hop.arrived - story.first)),
         style::value(), Align::kRight);
  }
}

// Every device that has shown it, with the row's number in its inbox.
void PhonesView::draw_devices(Rect area, const MessageStory& story) {
  hline(area.x, area.right(), area.y, theme().line);
  const float head = area.y + em(1.1F);
  text({area.x, head}, tr(Str::kWhereMembers), style::axis());
  text({area.right(), head}, tr(Str::kWhereInbox), style::axis(), Align::kRight);
  Rect row = area.below_top(em(2.2F)).top(em(kTextRowHeight));
  for (const InboxRowSeen& inbox : story.rows) {
    if (row.bottom() > area.bottom()) return;
    const ShownOn shown = shown_on(player_.model(), story, inbox.user);
    Time first = Time(Duration(0));
    for (const DeviceSeen& seen : story.shown) {
      if (user_of(seen.device) == inbox.user && !happened(first)) first = seen.at;
    }
    const bool done = shown.devices > 0;
    icon(done ? IconId::kCheck : IconId::kWait, {row.x + em(0.6F), row.cy()}, em(0.8F),
         done ? theme().ok_text : theme().warn_text);
    text({row.x + em(1.6F), row.cy()}, player_.model().user_name(inbox.user), style::value());
    const std::string words =
        done ? tr_with(Str::kMessageOf, num::count(shown.devices), num::count(shown.of)) + ", " +
                   num::millis(seconds(first - story.first))
             : num::millis(seconds(inbox.visible - story.first));
    text({row.x + em(7), row.cy()}, words, style::explanation());
    text({row.right(), row.cy()}, num::count(inbox.inbox_number), style::mono(), Align::kRight);
    row.y += row.h;
  }
}

}  // namespace glasspost::viz
