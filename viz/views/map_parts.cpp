// State colours the border and the one row that is ill, not the card.
#include "viz/views/map_parts.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "viz/views/role_icon.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr std::uint64_t kSlowSyncUs = 50'000;
constexpr float kNameRow = 1.15F;   // em from the top of a card to the middle of its name
constexpr float kFirstRow = 2.75F;  // ... of its first value
constexpr float kRowPitch = 1.42F;
constexpr float kBarHeight = 0.36F;
constexpr float kIconRoom = 1.45F;  // icon before the name
constexpr float kGlyphRoom = 1.1F;  // state behind it

double seconds_between(Time from, Time to) {
  return static_cast<double>(to_us(to) - to_us(from)) / 1e6;
}

std::string micros(std::uint64_t us) {
  return us == 0 ? std::string(tr(Str::kMapNotYet)) : num::span(static_cast<double>(us) / 1e6);
}

// A virtual process uses no processor time of its own: nothing is measured, which is not 0 %.
std::string cpu_words(const ProcessCard& process) {
  return process.measured ? num::percent(process.cpu) : std::string("\u2013");
}

std::string role_line(const ProcessCard& process, RoleKind kind) {
  const bool syncs = kind == RoleKind::kStore || kind == RoleKind::kAccount;
  // A virtual process takes no time for a step; how many it makes can be told.
  if (!process.measured && process.steps_a_second > 0 && !syncs) {
    return tr_with(Str::kMapSteps, num::rate(std::round(process.steps_a_second)));
  }
  switch (kind) {
    case RoleKind::kAccess:
      if (!process.measured) return std::string(tr(Str::kMapNotYet));
      return tr_with(Str::kMapConnections, num::count(process.connections));
    case RoleKind::kStore:
    case RoleKind::kAccount:
      return process.sync_p99_us == 0 ? std::string(tr(Str::kMapNotYet))
                                      : tr_with(Str::kMapSync, micros(process.sync_p99_us));
    default:
      return process.step_p99_us == 0 ? std::string(tr(Str::kMapNotYet))
                                      : tr_with(Str::kMapStep, micros(process.step_p99_us));
  }
}

std::optional<State> ill_of(State state) {
  return state == State::kHealthy || state == State::kUnknown ? std::nullopt : std::optional(state);
}

// A queue has no end that a process tells of: its bar grows with the logarithm, 1 024 fill it.
double queue_share(std::uint64_t held) {
  return std::min(1.0, std::log2(1.0 + static_cast<double>(held)) / 10);
}

// A thousand and more in at most five characters: 8.9 k.
std::string compact(std::uint64_t count) {
  if (count < 1'000) return num::count(count);
  const bool millions = count >= 1'000'000;
  const double value = static_cast<double>(count) / (millions ? 1e6 : 1e3);
  return num::with_unit(num::fixed(value, value < 99.95 ? 1 : 0), millions ? "M" : "k");
}

// Label, bar, number. In a narrow card the bar goes first.
void value_row(Rect card, float y, std::string_view label, std::string_view value, double share) {
  const float left = card.x + em(kCardPad);
  const float right = card.right() - em(kCardPad);
  const float words = text({left, y}, label, style::caption());
  const float number = text({right, y}, value, style::value(), Align::kRight);
  const float from = left + std::max(words + em(kHalfGap), em(2.7F));
  const float to = right - std::max(number + em(kHalfGap), em(2.2F));
  if (to - from < em(1)) return;
  bar({from, std::round(y - em(kBarHeight) / 2), std::min(to - from, em(3.2F)), em(kBarHeight)},
      {share, 0});
}

// The middle of a card's name: in a very low card, of the card.
float name_middle(Rect card) {
  return card.y + std::min(em(kNameRow), card.h / 2);
}

// In a narrow card the name is worth more than its icon, and then more than its size.
void name_row(Rect card, IconId what, std::string_view name, float glyph_width) {
  const float y = name_middle(card);
  float x = card.x + em(kCardPad);
  float width = card.right() - em(kCardPad) - glyph_width - x;
  if (measure(name, style::name()) + em(kIconRoom) <= width + 1) {
    icon(what, {x + em(0.5F), y}, em(1), theme().text_2);
    x += em(kIconRoom);
    width -= em(kIconRoom);
  }
  TextStyle look = style::name();
  for (const Step smaller : {Step::kSmall, Step::kMicro}) {
    if (measure(name, look) > width + 1) look.step = smaller;
  }
  name_in({x, y - em(0.7F), width + 1, em(1.4F)}, name, look);
}

}  // namespace

CardWidths card_widths(std::string_view name) {
  const float tight = measure(name, style::name()) + em(kGlyphRoom) + 2 * em(kCardPad) + 2;
  return {tight + em(kIconRoom), tight};
}

CardHealth card_health(const ProcessCard& process, const Deeds& deeds, RoleKind kind, Time now) {
  CardHealth health{State::kHealthy, deeds.fault_of(process.node, now), {}, true};
  const auto is = [&](State state, Str words) {
    health.state = state;
    health.line = tr_with(words, num::span(seconds_between(process.since, now)));
    return health;
  };
  switch (process.health) {
    case Health::kDown:
      return is(State::kDead, Str::kMapDown);
    case Health::kPaused:
      return is(State::kWaiting, Str::kMapPaused);
    case Health::kStarting:
      return is(State::kHandshake, Str::kMapStarting);
    case Health::kSilent:
      return is(State::kUnknown, Str::kMapSilent);
    case Health::kUnknown:
      health.state = State::kUnknown;
      health.line = tr(Str::kMapUnknown);
      health.line_ill = false;
      return health;
    case Health::kRunning:
      break;
  }
  const bool slow = process.sync_p99_us > kSlowSyncUs;
  health.line =
      slow ? tr_with(Str::kMapSync, micros(process.sync_p99_us)) : role_line(process, kind);
  health.line_ill = slow;
  if (slow || !health.fault.empty()) health.state = State::kWaiting;
  return health;
}

void health_glyph(ImVec2 centre, const ProcessCard& process, State state) {
  const StateLook look = state_look(state);
  if (state == State::kHealthy) return circle(centre, em_exact(0.32F), look.text);
  IconId what = IconId::kWait;
  if (state == State::kDead) what = IconId::kCross;
  if (state == State::kUnknown) what = IconId::kHelp;
  if (process.health == Health::kPaused) what = IconId::kPause;
  icon(what, centre, em(0.93F), state == State::kUnknown ? theme().text_3 : look.text);
}

Item process_card(const MapNode& node, const ProcessCard& process, const CardHealth& health,
                  Rect rect, ProcessLook look) {
  const auto [rows, selected] = look;
  const Item pressed = card_button(node.name, rect, {selected, false, false, ill_of(health.state)});
  name_row(rect, icon_of_role(static_cast<std::uint32_t>(node.kind) << 24), node.name,
           em(kGlyphRoom));
  health_glyph({rect.right() - em(kCardPad) - em(0.35F), name_middle(rect)}, process, health.state);
  const ImU32 ill = state_look(health.state).text;
  float y = rect.y + em(kFirstRow);
  // What is ill is always said, instead of the numbers when there is one row.
  const bool line_first = rows == 1 && health.line_ill;
  if (rows >= 1 && !line_first) {
    value_row(rect, y, tr(Str::kMapQueue), num::count(process.held), queue_share(process.held));
    y += em(kRowPitch);
  }
  if (rows >= 3 || (rows == 2 && !health.line_ill)) {
    value_row(rect, y, tr(Str::kMapCpu), cpu_words(process), process.cpu);
    y += em(kRowPitch);
  }
  if (rows >= 3 || line_first || (rows == 2 && health.line_ill)) {
    const Rect line{rect.x + em(kCardPad), y - em(0.7F), rect.w - 2 * em(kCardPad), em(1.4F)};
    const TextStyle words =
        health.line_ill ? TextStyle{Step::kSmall, Face::kMedium, ill} : style::explanation();
    // What is well may be left out of a narrow card; the tooltip has it.
    if (health.line_ill || measure(health.line, words) <= line.w) text_in(line, health.line, words);
  }
  return pressed;
}

Item role_card(const MapNode& node, Rect rect, double letters_in, double letters_out,
               bool selected) {
  const Item pressed = card_button(node.name, rect, {selected, false, false, std::nullopt});
  name_row(rect, icon_of_role(static_cast<std::uint32_t>(node.kind) << 24), node.name, 0);
  const float x = rect.x + em(kCardPad);
  float y = rect.y + em(kFirstRow);
  for (const auto& [words, rate] :
       {std::pair{Str::kMapRoleIn, letters_in}, std::pair{Str::kMapRoleOut, letters_out}}) {
    if (y + em(0.5F) > rect.bottom()) break;
    text({x, y}, tr(words), style::caption());
    text({rect.right() - em(kCardPad), y}, num::rate(rate), style::value(), Align::kRight);
    y += em(kRowPitch);
  }
  return pressed;
}

Item process_frame(const ProcessCard& process, const CardHealth& health, Rect rect, bool selected) {
  const Rect head = rect.top(em(2.2F));
  const Item pressed = item(process.name, head, em(kCardRound));
  const ImU32 edge =
      health.state == State::kHealthy ? theme().line_2 : state_look(health.state).fill;
  border(rect, edge, em(kCardRound));
  if (selected) focus_ring(rect.inset(1), em(kCardRound));
  float x = rect.x + em(kPad);
  x += text({x, head.cy()}, process.name, style::name()) + em(kWide);
  for (const auto& [label, value] :
       {std::pair{std::string(tr(Str::kMapQueue)), num::count(process.held)},
        std::pair{std::string(tr(Str::kMapCpu)), cpu_words(process)}}) {
    x += text({x, head.cy()}, label, style::caption()) + em(kGap);
    x += text({x, head.cy()}, value, style::value()) + em(kWide);
  }
  text({x, head.cy()}, health.line,
       health.line_ill ? TextStyle{Step::kSmall, Face::kMedium, state_look(health.state).text}
                       : style::explanation());
  health_glyph({rect.right() - em(kPad) - em(0.3F), head.cy()}, process, health.state);
  return pressed;
}

void clients_card(const Connections& connections, Rect rect) {
  card(rect);
  name_row(rect, IconId::kClient, tr(Str::kMapClients), 0);
  std::uint64_t all = 0;
  for (const ConnectionState state : kConnectionOrder)
    all += connections.count(state);
  const Rect inside = rect.inset(em(kCardPad));
  float y = rect.y + em(3.3F);
  if (y + em(0.9F) > rect.bottom()) return;
  text_in({inside.x, y - em(0.9F), inside.w, em(1.8F)},
          num::count(connections.count(ConnectionState::kOnline)), style::number());
  y += em(1.5F);
  if (y + em(0.7F) > rect.bottom()) return;
  text_in({inside.x, y - em(0.7F), inside.w, em(1.4F)},
          tr_with(Str::kMapOnlineOf, num::amount(static_cast<double>(all))), style::caption());
  y += em(2.4F);
  for (const ConnectionState state : kConnectionOrder) {
    if (y + em(1.4F) > rect.bottom()) break;
    const StateLook look = state_look(connection_look(state));
    const std::uint64_t count = connections.count(state);
    const float number =
        text({inside.right(), y}, compact(count), style::value(), Align::kRight) + em(kHalfGap);
    text_in({inside.x, y - em(0.7F), inside.w - number, em(1.4F)}, connection_word(state),
            style::caption());
    const double share = all == 0 ? 0 : static_cast<double>(count) / static_cast<double>(all);
    bar({inside.x, std::round(y + em(0.75F)), inside.w, em(0.29F)},
        {share, look.fill, look.pattern});
    y += em(2.3F);
  }
}

void fault_tag(Rect card, const std::string& words) {
  const TextStyle inside{Step::kMicro, Face::kMedium, theme().warn_text};
  const float width = measure(words, inside) + 2 * em(kHalfGap);
  const Rect tag{card.right() - width, card.y - em(1.4F), width, em(1.25F)};
  fill(tag, mix(theme().panel, theme().warn, 0.2F), em(kTiny));
  pattern(tag, Pattern::kDiagonal, fade(theme().warn, 0.35F));
  border(tag, theme().warn, em(kTiny));
  text_padded({tag.cx(), tag.cy()}, words, inside, Align::kCentre);
}

State connection_look(ConnectionState state) {
  switch (state) {
    case ConnectionState::kOnline:
      return State::kHealthy;
    case ConnectionState::kHandshake:
      return State::kHandshake;
    case ConnectionState::kRefused:
      return State::kRefused;
    case ConnectionState::kOffline:
      break;
  }
  return State::kOffline;
}

std::string_view connection_word(ConnectionState state) {
  switch (state) {
    case ConnectionState::kOnline:
      return tr(Str::kFieldOnline);
    case ConnectionState::kHandshake:
      return tr(Str::kFieldHandshake);
    case ConnectionState::kRefused:
      return tr(Str::kFieldRefused);
    case ConnectionState::kOffline:
      break;
  }
  return tr(Str::kFieldOffline);
}

}  // namespace glasspost::viz
