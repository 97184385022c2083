// Eight tools, a target, and the way back.
#include "viz/views/faults_view.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

struct Tool {
  FaultTool tool;
  IconId icon;
  Str word;
};

constexpr std::array<Tool, kFaultTools> kTools{{
    {FaultTool::kKill, IconId::kKill, Str::kFaultKill},
    {FaultTool::kFreeze, IconId::kFreeze, Str::kFaultFreeze},
    {FaultTool::kSlowDisk, IconId::kWait, Str::kFaultSlowDisk},
    {FaultTool::kDrop, IconId::kDrop, Str::kFaultDrop},
    {FaultTool::kDelay, IconId::kDelay, Str::kFaultDelay},
    {FaultTool::kCut, IconId::kCut, Str::kFaultCut},
    {FaultTool::kClock, IconId::kClockJump, Str::kFaultClock},
    {FaultTool::kPause, IconId::kPause, Str::kFaultPause},
}};

constexpr double kRefusalStays = 8;  // seconds

// A frozen process is thawed by the tool that froze it.
Str word_of(const Tool& tool, const ProcessCard* target) {
  const bool frozen = target != nullptr && target->health == Health::kPaused;
  return tool.tool == FaultTool::kFreeze && frozen ? Str::kFaultThaw : tool.word;
}

}  // namespace

std::string FaultsView::title() const {
  return std::string(tr(Str::kFaults));
}
std::string FaultsView::question() const {
  return std::string(tr(Str::kFaultsQuestion));
}

void FaultsView::draw(Rect area, ViewContext& context) {
  const ProcessCard* target = player_.model().processes().find(context.selection->process);
  for (std::string& refusal : driver_.take_refusals()) {
    refused_ = std::move(refusal);
    refused_at_ = context.seconds;
  }
  if (context.seconds - refused_at_ > kRefusalStays) refused_.clear();
  const float foot = em(kControlHeight);
  draw_tools(area.above_low(foot + em(kGap)), target);
  draw_foot(area.low(foot), target);
}

void FaultsView::add_actions(Actions& actions) {
  actions.remove("fault.");
  for (const Tool& tool : kTools) {
    for (const ProcessCard& process : player_.model().processes().all()) {
      const std::string name = process.name;
      actions.add({"fault." + std::to_string(static_cast<int>(tool.tool)) + "." + name,
                   tr_with(Str::kFaultDeed, tr(word_of(tool, &process)), name),
                   {},
                   [this, what = tool.tool, name] { driver_.strike(what, name); },
                   [this, what = tool.tool] { return driver_.no_fault_because(what); },
                   std::string(id())});
    }
  }
  actions.add({"fault.heal",
               std::string(tr(Str::kFaultHeal)),
               {},
               [this] { driver_.heal_all(); },
               {},
               std::string(id())});
}

void FaultsView::draw_tools(Rect area, const ProcessCard* target) {
  const float gap = em(kGap);
  for (std::size_t index = 0; index < kTools.size(); ++index) {
    const Tool& tool = kTools[index];
    const Rect place =
        area.row(static_cast<int>(index / 4), 2, gap).column(static_cast<int>(index % 4), 4, gap);
    std::string off = driver_.no_fault_because(tool.tool);
    if (off.empty() && target == nullptr) off = tr(Str::kFaultNoTarget);
    const Str word = word_of(tool, target);
    const bool thaws = word == Str::kFaultThaw;
    ButtonLook look;
    look.icon = tool.icon;
    look.off_because = off;
    look.active = thaws;
    if (thaws) look.tint = State::kWaiting;
    ImGui::PushID(static_cast<int>(index));
    if (tile_button("tool", place, tr(word), look) && target != nullptr) {
      driver_.strike(tool.tool, target->name);
    }
    ImGui::PopID();
  }
}

void FaultsView::draw_foot(Rect area, const ProcessCard* target) {
  if (!refused_.empty()) {
    text_in(area, refused_, style::coloured(style::caption(), theme().bad_text));
    return;
  }
  if (player_.back() && !driver_.only_looks()) {
    text_in(area, tr(Str::kFaultBack), style::coloured(style::caption(), theme().warn_text));
    return;
  }
  const FaultSpan* active = nullptr;
  for (const FaultSpan& span : player_.model().deeds().faults()) {
    if (span.to == kNever) active = &span;
  }
  Rect room = area;  // from both ends
  if (active != nullptr) {
    const double lasts = static_cast<double>(to_us(player_.now() - active->from)) / 1e6;
    room = room.beside_left(text({room.x, room.cy()},
                                 tr_with(Str::kFaultFor, active->text, num::stopwatch(lasts)),
                                 style::coloured(style::value(), theme().warn_text)) +
                            em(kGap));
    const float width = measure(tr(Str::kFaultHeal), style::caption()) + em(1.6F);
    if (button("heal", room.far(width), tr(Str::kFaultHeal))) driver_.heal_all();
    room = room.beside_far(width + em(kGap));
  }
  const std::string aim = target == nullptr ? std::string(tr(Str::kFaultNoTarget))
                                            : tr_with(Str::kFaultTarget, target->name);
  const TextStyle look = target == nullptr ? style::caption() : style::value();
  const float aim_width = measure(aim, look);
  if (aim_width > room.w) return;  // the ring on the map shows it, too
  if (active != nullptr) {
    text({room.right(), room.cy()}, aim, look, Align::kRight);
    return;
  }
  text({room.x, room.cy()}, aim, look);
  room = room.beside_left(aim_width + em(kWide));
  if (measure(tr(Str::kFaultNone), style::caption()) > room.w) return;
  text({room.right(), room.cy()}, tr(Str::kFaultNone), style::caption(), Align::kRight);
}

}  // namespace glasspost::viz
