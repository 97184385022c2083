// The cluster map's cards with what they tell when asked, and the line below them.
#include <algorithm>
#include <array>

#include "viz/views/cluster_map_view.hpp"
#include "viz/views/map_parts.hpp"
#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/draw.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

double seconds_between(Time from, Time to) {
  return static_cast<double>(to_us(to) - to_us(from)) / 1e6;
}

// What, value, why, what one can do.
struct Traffic {
  double in = 0;
  double out = 0;
};
Tip tip_of(const ProcessCard& process, const CardHealth& health, std::string_view name,
           Traffic traffic, Time now) {
  Tip tip;
  tip.what = name;
  tip.value = health.line;
  tip.value_colour = health.line_ill ? state_look(health.state).text : theme().text;
  tip.why = tr_with(Str::kMapTipBusy, num::count(process.held),
                    process.measured ? num::percent(process.cpu) : std::string("\u2013"),
                    num::bytes(static_cast<double>(process.memory_bytes))) +
            " " + tr_with(Str::kMapTipTraffic, num::rate(traffic.in), num::rate(traffic.out)) +
            " " +
            tr_with(Str::kMapTipLives, num::count(process.starts),
                    num::span(seconds_between(process.since, now)));
  if (!health.fault.empty()) tip.why = health.fault + ". " + tip.why;
  tip.keys = {{"Enter", std::string(tr(Str::kMapTipSelect))}};
  return tip;
}

void headings(const MapPlan& plan, bool arbiters) {
  const Str logic = arbiters ? Str::kMapLogicArbiters : Str::kMapLogic;
  const std::array words{Str::kMapClients, Str::kMapAccess, logic,
                         Str::kMapOwners,  Str::kMapOwners, Str::kMapStore};
  bool owners_named = false;
  for (std::size_t column = 0; column < plan.columns.size(); ++column) {
    if (plan.columns[column].empty()) continue;
    const bool owners = words.at(column) == Str::kMapOwners;
    if (owners && owners_named) continue;
    owners_named = owners_named || owners;
    text({plan.columns[column].x, plan.headings_y}, tr(words.at(column)), style::axis());
  }
}

// Pieces from the left, pieces from the right; those from the left are dropped when they would
// meet.
class Foot {
 public:
  explicit Foot(Rect rect)
      : y_(rect.cy()), left_(rect.x + em(kPad)), right_(rect.right() - em(kPad)) {}

  void right_words(std::string_view words, const TextStyle& look) {
    right_ -= measure(words, look);
    text({right_, y_}, words, look);
    right_ -= em(kSection);
  }
  void legend(MessageType type, std::string_view word) {
    // A swatch of 1.4 em at most stands before the word.
    const float width = measure(word, style::caption()) + em(kSection) + em(0.9F);
    if (right_ - width < left_) return;
    right_ -= width;
    legend_message({right_ + em(kGap), y_}, type, word);
  }
  void left_words(std::string_view label, std::string_view value) {
    const float width = measure(label, style::caption()) + em(kHalfGap) +
                        measure(value, style::explanation()) + em(kWide);
    if (left_ + width > right_) return;
    text({left_, y_}, label, {Step::kSmall, Face::kMedium, theme().text_2});
    text({left_ + width - em(kWide), y_}, value, style::caption(), Align::kRight);
    left_ += width;
  }

 private:
  float y_, left_, right_;
};

}  // namespace

void ClusterMapView::draw_cards(const Model& model, ViewContext& context) const {
  const bool arbiters =
      std::any_of(content_.nodes.begin(), content_.nodes.end(),
                  [](const MapNode& node) { return node.kind == RoleKind::kArbiter; });
  headings(plan_, arbiters);
  clients_card(model.connections(), plan_.clients);
  for (std::size_t i = 0; i < content_.nodes.size(); ++i) {
    const MapNode& node = content_.nodes[i];
    const ProcessCard* process = model.processes().find(node.node);
    if (process == nullptr) continue;
    const auto [in, out] = nodes_[i];
    const CardHealth health = card_health(*process, model.deeds(), node.kind, now_);
    const bool selected = context.selection->process == node.name;
    const Rect rect = plan_.cards[i];
    const Item pressed = content_.one_process ? role_card(node, rect, in, out, selected)
                                              : process_card(node, *process, health, rect,
                                                             {plan_.rows[i], selected});
    if (pressed.pressed) context.selection->process = selected ? "" : node.name;
    if (!content_.one_process && !health.fault.empty()) fault_tag(rect, health.fault);
    tip(pressed, tip_of(*process, health, node.name, {in, out}, now_));
  }
}

void ClusterMapView::draw_frame(const Model& model, ViewContext& context) const {
  if (!content_.one_process) return;
  const ProcessCard& process = model.processes().all().front();
  const bool selected = context.selection->process == process.name;
  const CardHealth health = card_health(process, model.deeds(), RoleKind::kStore, now_);
  const Item pressed = process_frame(process, health, plan_.frame, selected);
  if (pressed.pressed) context.selection->process = selected ? "" : process.name;
  tip(pressed, tip_of(process, health, process.name, {nodes_.back().out, nodes_.back().in}, now_));
  if (!health.fault.empty()) fault_tag(plan_.frame, health.fault);
}

void ClusterMapView::draw_foot(const Model& model, const ViewContext& context) const {
  if (plan_.foot.h <= 0) return;
  backdrop(plan_.foot, theme().inset, em(kCardRound));
  Foot foot(plan_.foot);
  const TextStyle strong{Step::kSmall, Face::kSemibold, theme().text};
  if (context.reduced_motion) {
    foot.right_words(tr(Str::kMapArrows), strong);
  } else {
    foot.right_words(per_dot_ == 1 ? std::string(tr(Str::kMapOneDot))
                                   : tr_with(Str::kMapDots, num::count(per_dot_)),
                     strong);
    foot.right_words(factor_ > 1 ? tr_with(Str::kMapSlower, num::ratio(factor_))
                                 : std::string(tr(Str::kMapTrueSpeed)),
                     style::explanation());
  }
  foot.legend(MessageType::kControl, tr(Str::kMapControl));
  foot.legend(MessageType::kSync, tr(Str::kMapSyncs));
  foot.legend(MessageType::kNotice, tr(Str::kMapNotice));
  foot.legend(MessageType::kAppend, tr(Str::kMapAppend));
  foot.legend(MessageType::kSend, tr(Str::kMapSend));
  const std::vector<ProcessCard>& all = model.processes().all();
  const auto up = std::count_if(all.begin(), all.end(), [](const ProcessCard& process) {
    return process.health == Health::kRunning;
  });
  foot.left_words(
      tr(Str::kMapSupervisor),
      tr_with(Str::kMapUp, num::count(static_cast<std::uint64_t>(up)), num::count(all.size())));
  foot.left_words(tr(Str::kMapHub),
                  tr_with(Str::kMapLost, num::losses(model.lost(), model.lost_uncounted())));
  foot.left_words({}, tr(Str::kMapWidth));
}

}  // namespace glasspost::viz
