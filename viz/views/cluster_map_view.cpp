// Draw order: link bodies, the selected path, dots, rates, cards. Cards always win.
#include "viz/views/cluster_map_view.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "viz/scene/map_labels.hpp"
#include "viz/views/map_parts.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/draw.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr double kMostLagUs = 30'000'000;  // of a watcher's time
constexpr std::size_t kMostRates = 12;

MessageType type_of(MessageGroup group) {
  constexpr std::array kTypes{MessageType::kSend, MessageType::kAppend, MessageType::kNotice,
                              MessageType::kSync, MessageType::kControl};
  return kTypes.at(static_cast<std::size_t>(group));
}

std::vector<ImVec2> pixels(const Curve& curve) {
  std::vector<ImVec2> points;
  points.reserve(curve.points().size());
  for (const Vec2 point : curve.points())
    points.emplace_back(point.x, point.y);
  return points;
}

ImVec2 pixel(Vec2 point) {
  return {point.x, point.y};
}

// A rate in at most eight characters: 16.5 k/s.
std::string short_rate(double per_second) {
  if (per_second < 1'000) return num::rate(per_second);
  return num::fixed(per_second / 1'000, per_second < 99'950 ? 1 : 0) + " k/s";
}

TextStyle rate_style() {
  return {Step::kMicro, Face::kMedium, theme().text};
}

}  // namespace

std::string ClusterMapView::title() const {
  return std::string(tr(Str::kMapTitle));
}

std::string ClusterMapView::question() const {
  return std::string(tr(Str::kMapQuestion));
}

void ClusterMapView::follow(const Model& model) {
  now_ = model.now();
  content_ = map_content(model.processes().all());
  traffic_ = edge_traffic(content_, model.flows(), now_);
  nodes_ = node_traffic(content_, model.flows(), now_);
  log_.update(content_, model.flows(), model.messages(), now_);
}

// Both numbers are printed, so they may not flicker: they change when they are far from right.
void ClusterMapView::choose_scale() {
  const double wanted = slow_factor(log_.flights(), speed());
  if (wanted > factor_ * 2.4 || wanted < factor_ / 2.4) factor_ = wanted;
  log_.slow_down(factor_, kMostLagUs * speed());
  const SlowMotion& slow = log_.slow();
  std::vector<float> lengths;
  lengths.reserve(plan_.links.size());
  for (const Curve& link : plan_.links)
    lengths.push_back(link.length() / scale());
  const std::uint64_t dots = letters_per_dot(log_.flights(), slow, to_us(now_), lengths);
  if (dots > per_dot_ || dots * 4 < per_dot_) per_dot_ = dots;
}

void ClusterMapView::draw(Rect area, ViewContext& context) {
  const Model& model = player_.model();
  if (model.processes().all().empty()) {
    empty_state(area, IconId::kAccess, tr(Str::kMapNothing), {});
    return;
  }
  follow(model);
  std::vector<MapCard> cards;
  cards.reserve(content_.nodes.size());
  for (const MapNode& node : content_.nodes) {
    const CardWidths widths = card_widths(node.name);
    cards.push_back({node.column, widths.least, widths.tight});
  }
  plan_ = plan_cluster_map(area, em_exact(), cards, content_.edges, content_.one_process);
  choose_scale();
  draw_links(model, area, context);
  draw_frame(model, context);
  draw_cards(model, context);
  draw_foot(model, context);
  if (!log_.flights().empty() && !context.reduced_motion) context.animating = true;
}

void ClusterMapView::draw_links(const Model& model, Rect area, const ViewContext& context) const {
  draw_bodies();
  const std::vector<Rate> rates = place_rates(area.below_top(plan_.clients.y - area.y));
  draw_story(model, context, rates);
  if (context.reduced_motion) {
    draw_arrows();
  } else {
    draw_dots();
  }
  for (const Rate& rate : rates) {
    text_padded({rate.place.cx(), rate.place.cy()}, rate.words, rate_style(), Align::kCentre);
  }
}

void ClusterMapView::draw_bodies() const {
  for (std::size_t i = 0; i < plan_.links.size(); ++i) {
    if (plan_.links[i].empty()) continue;
    const EdgeTraffic& traffic = traffic_[i];
    const bool plain = traffic.main == MessageGroup::kControl;
    const MessageLook look = message_look(type_of(traffic.main));
    const ImU32 quiet = mix(theme().panel, theme().control, traffic.letters > 0 ? 0.6F : 0.3F);
    polyline(pixels(plan_.links[i]), plain ? quiet : look.body,
             {plain ? std::round(1.6F * scale()) : link_width(traffic.bytes)});
  }
}

void ClusterMapView::draw_dots() const {
  const SlowMotion& slow = log_.slow();
  for (const Dot& dot : dots_at(log_.flights(), slow, to_us(now_), per_dot_)) {
    const Curve& link = plan_.links[static_cast<std::size_t>(dot.link)];
    if (link.empty()) continue;
    const MessageLook look = message_look(type_of(static_cast<MessageGroup>(dot.group)));
    marker(pixel(link.at(dot.share)), look.marker, look.colour);
  }
}

// Where nothing may move: an arrow in the middle of every link that carries something.
void ClusterMapView::draw_arrows() const {
  for (std::size_t i = 0; i < plan_.links.size(); ++i) {
    if (plan_.links[i].empty() || traffic_[i].letters <= 0) continue;
    const Vec2 before = plan_.links[i].at(0.49F);
    const Vec2 tip = plan_.links[i].at(0.51F);
    arrow_head(pixel(tip), {tip.x - before.x, tip.y - before.y}, em_exact(0.5F),
               message_look(type_of(traffic_[i].main)).colour);
  }
}

// `area`: without the names of the columns.
std::vector<ClusterMapView::Rate> ClusterMapView::place_rates(Rect area) const {
  std::vector<int> edges;
  for (std::size_t i = 0; i < traffic_.size(); ++i) {
    if (traffic_[i].main != MessageGroup::kControl) edges.push_back(static_cast<int>(i));
  }
  // By place rather than by rate, so that labels do not come and go: clients first.
  std::stable_sort(edges.begin(), edges.end(), [this](int a, int b) {
    const auto outside = [this](int edge) {
      const MapEdge& ends = content_.edges[static_cast<std::size_t>(edge)];
      return ends.from == kClientsBox || ends.to == kClientsBox;
    };
    return outside(a) && !outside(b);
  });
  if (edges.size() > kMostRates) edges.resize(kMostRates);
  std::vector<LabelWish> wishes;
  wishes.reserve(edges.size());
  for (const int edge : edges) {
    // As wide as any rate: a label may not move when its number changes.
    wishes.push_back({edge, measure("88.8 k/s", rate_style()) + em(kTiny), em(1)});
  }
  const std::vector<Rect> places = place_labels(plan_, area, em_exact(), wishes);
  std::vector<Rate> rates;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].empty()) continue;
    const double letters = traffic_[static_cast<std::size_t>(wishes[i].edge)].letters;
    rates.push_back({places[i], short_rate(letters)});
  }
  return rates;
}

// The selected message: its links, and where it is.
void ClusterMapView::draw_story(const Model& model, const ViewContext& context,
                                const std::vector<Rate>& rates) const {
  const MessageStory* story = model.messages().find(context.selection->trace);
  if (context.selection->trace == 0 || story == nullptr) return;
  for (const int edge : edges_of_story(content_, *story)) {
    const Curve& link = plan_.links[static_cast<std::size_t>(edge)];
    if (!link.empty()) polyline(pixels(link), theme().text, {1.5F * scale()});
  }
  const SlowMotion& slow = log_.slow();
  const auto now = static_cast<double>(to_us(now_));
  const Curve* on = nullptr;
  float share = 1;
  for (const Hop& hop : story->hops) {
    const int edge = content_.edge_forth(hop.from, hop.to);
    const double begins = slow.shown_at(to_us(hop.sent));
    if (edge < 0 || plan_.links[static_cast<std::size_t>(edge)].empty() || begins > now) continue;
    const std::int64_t wait = std::max(to_us(hop.arrived) - to_us(hop.sent), kLeastWaitUs);
    on = &plan_.links[static_cast<std::size_t>(edge)];
    share =
        static_cast<float>(std::min(1.0, (now - begins) / (factor_ * static_cast<double>(wait))));
  }
  if (on == nullptr) return;
  const ImVec2 at = pixel(on->at(share));
  circle(at, em_exact(0.3F), theme().text);
  ring(at, em_exact(0.55F), theme().text, {1.5F * scale()});
  const std::string id = short_id(story->trace);
  const TextStyle mono = style::coloured(style::mono(), theme().text);
  const Rect label = story_label(on->at(share), measure(id, mono) + em(kTiny), rates);
  text_padded({label.cx(), label.cy()}, id, mono, Align::kCentre);
}

// Beside the message's place, where neither a card nor a rate is.
Rect ClusterMapView::story_label(Vec2 at, float width, const std::vector<Rate>& rates) const {
  const float h = em(1.1F);
  const float up = at.y - em(0.75F) - h;
  const float down = at.y + em(0.75F);
  const float right = at.x + em(0.75F);
  const float left = at.x - em(0.75F) - width;
  const std::array<Rect, 10> places{Rect{at.x - width / 2, up, width, h},
                                    Rect{at.x - width / 2, down, width, h},
                                    Rect{right, at.y - h / 2, width, h},
                                    Rect{left, at.y - h / 2, width, h},
                                    Rect{right, up, width, h},
                                    Rect{right, down, width, h},
                                    Rect{left, up, width, h},
                                    Rect{left, down, width, h},
                                    Rect{at.x - width / 2, up - h, width, h},
                                    Rect{at.x - width / 2, down + h, width, h}};
  const auto free = [&](const Rect& place) {
    const auto apart = [&place](const Rect& other) {
      return place.x >= other.right() || other.x >= place.right() || place.y >= other.bottom() ||
             other.y >= place.bottom();
    };
    return apart(plan_.clients) && std::all_of(plan_.cards.begin(), plan_.cards.end(), apart) &&
           std::all_of(rates.begin(), rates.end(),
                       [&apart](const Rate& rate) { return apart(rate.place); });
  };
  const auto* found = std::find_if(places.begin(), places.end(), free);
  return found == places.end() ? places.front() : *found;
}

std::string ClusterMapView::describe() const {
  std::string words;
  for (std::size_t i = 0; i < content_.edges.size(); ++i) {
    if (traffic_[i].letters <= 0) continue;
    const auto name = [this](int node) {
      return node == kClientsBox ? std::string(tr(Str::kMapClients))
                                 : content_.nodes[static_cast<std::size_t>(node)].name;
    };
    words += fmt::format("{} \u2192 {}: {}\n", name(content_.edges[i].from),
                         name(content_.edges[i].to), num::rate(traffic_[i].letters));
  }
  return words;
}

}  // namespace glasspost::viz
