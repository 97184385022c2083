// Cards of the cluster map: a process, a role inside a process, the clients.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "viz/model/connections.hpp"
#include "viz/model/deeds.hpp"
#include "viz/model/processes.hpp"
#include "viz/scene/map_content.hpp"
#include "viz/widgets/controls.hpp"

namespace glasspost::viz {

// How a process looks: a state, and whether its last row is what is wrong with it.
struct CardHealth {
  State state = State::kHealthy;
  std::string fault;      // that it has now, in words; empty: none
  std::string line;       // its role line, or what is wrong
  bool line_ill = false;  // then the line has the state's colour
};
[[nodiscard]] CardHealth card_health(const ProcessCard& process, const Deeds& deeds, RoleKind kind,
                                     Time now);

// Dot, hourglass, cross, pause or question mark at a place.
void health_glyph(ImVec2 centre, const ProcessCard& process, State state);

// So that the name is not cut.
struct CardWidths {
  float least = 0;
  float tight = 0;  // without an icon
};
[[nodiscard]] CardWidths card_widths(std::string_view name);
struct ProcessLook {
  int rows = 0;  // of values that fit, 0 to 3
  bool selected = false;
};
Item process_card(const MapNode& node, const ProcessCard& process, const CardHealth& health,
                  Rect rect, ProcessLook look);
// A role in the frame of its process: name and letters a second.
Item role_card(const MapNode& node, Rect rect, double letters_in, double letters_out,
               bool selected);
// The frame of the only process: its name, state, queue and processor time in the head.
Item process_frame(const ProcessCard& process, const CardHealth& health, Rect rect, bool selected);
void clients_card(const Connections& connections, Rect rect);
// Above the card's upper right corner.
void fault_tag(Rect card, const std::string& words);

// How the state of a connection looks, and its word.
[[nodiscard]] State connection_look(ConnectionState state);
[[nodiscard]] std::string_view connection_word(ConnectionState state);
// In the order of the legend.
inline constexpr std::array kConnectionOrder{ConnectionState::kOnline, ConnectionState::kHandshake,
                                             ConnectionState::kRefused, ConnectionState::kOffline};

}  // namespace glasspost::viz
