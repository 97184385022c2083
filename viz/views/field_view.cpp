// Rows of texels are uploaded when a connection in them changed; nothing is drawn client by client.
#include "viz/views/field_view.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "viz/views/map_parts.hpp"
#include "viz/widgets/draw.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

SlotState slot_state(ConnectionState state) {
  switch (state) {
    case ConnectionState::kOnline:
      return SlotState::kOnline;
    case ConnectionState::kHandshake:
      return SlotState::kHandshake;
    case ConnectionState::kRefused:
      return SlotState::kRefused;
    case ConnectionState::kOffline:
      break;
  }
  return SlotState::kOffline;
}

// The two colours of each state, on and between the lines of its pattern.
struct Palette {
  std::array<ImU32, kConnectionStates> on{}, between{};

  Palette() {
    for (const ConnectionState state : kConnectionOrder) {
      const auto index = static_cast<std::size_t>(state);
      on.at(index) = state_look(connection_look(state)).fill;
      between.at(index) = mix(theme().panel, on.at(index), 0.2F);
    }
    const auto offline = static_cast<std::size_t>(ConnectionState::kOffline);
    on.at(offline) = mix(theme().inset, theme().control, 0.45F);
  }
};

// Texels of some rows of cells: `width` of them in a line; the first line is number `top`.
struct Texels {
  std::vector<ImU32> pixels;
  int width = 0;
  int top = 0;

  // A line of `inked` texels of a cell, in the pattern of its state.
  void paint_line(const Palette& palette, ConnectionState state, int x0, int y, int inked) {
    const auto index = static_cast<std::size_t>(state);
    const auto line = static_cast<std::size_t>(y - top) * static_cast<std::size_t>(width);
    for (int x = x0; x < x0 + inked; ++x) {
      const bool on = texel_on_line(slot_state(state), x, y);
      pixels[line + static_cast<std::size_t>(x)] =
          on ? palette.on.at(index) : palette.between.at(index);
    }
  }
};

// Rows `from` to `to` of cells as texels. In large cells the last texel of each side stays empty,
// so that neighbours are told apart.
std::vector<ImU32> paint_rows(const FieldPlan& plan, const FieldBlock& block,
                              const ConnectionBlock& connections, int from, int to) {
  static_assert(kConnectionOrder.size() == kConnectionStates);
  const Palette palette;
  const int side = plan.texels;
  const int width = block.columns * side;
  const auto lines = static_cast<std::size_t>(to - from) * static_cast<std::size_t>(side);
  Texels texels{std::vector<ImU32>(static_cast<std::size_t>(width) * lines, 0), width, from * side};
  const int end = std::min(block.count, to * block.columns);
  for (int slot = from * block.columns; slot < end; ++slot) {
    const ConnectionState state = connections.places[static_cast<std::size_t>(slot)].state;
    const int x0 = slot % block.columns * side;
    const int y0 = slot / block.columns * side;
    const int inked = side > 1 ? side - 1 : 1;
    for (int y = y0; y < y0 + inked; ++y)
      texels.paint_line(palette, state, x0, y, inked);
  }
  return std::move(texels.pixels);
}

}  // namespace

std::string FieldView::title() const {
  return std::string(tr(Str::kFieldTitle));
}

std::string FieldView::question() const {
  return std::string(tr(Str::kFieldQuestion));
}

void FieldView::draw(Rect area, ViewContext& context) {
  const Model& model = player_.model();
  const std::vector<ConnectionBlock>& blocks = model.connections().blocks();
  if (blocks.empty()) {
    empty_state(area, IconId::kField, tr(Str::kFieldNothing), {});
    return;
  }
  std::vector<int> counts;
  counts.reserve(blocks.size());
  for (const ConnectionBlock& block : blocks)
    counts.push_back(static_cast<int>(block.places.size()));
  plan_ = plan_field(area.above_low(em(2)), em_exact(), counts);
  uploaded_.resize(blocks.size());
  std::uint64_t hidden = 0;
  for (std::size_t i = 0; i < plan_.blocks.size(); ++i) {
    hidden += blocks[i].places.size() - static_cast<std::size_t>(plan_.blocks[i].count);
    draw_block(model, i, context);
  }
  draw_legend(model.connections(), area.low(em(1.57F)), hidden);
}

ImTextureID FieldView::upload(std::size_t index, const ConnectionBlock& connections,
                              TextureHost& host) {
  const FieldBlock& block = plan_.blocks[index];
  Uploaded& known = uploaded_[index];
  const std::string key = fmt::format("field-{}", index);
  TexturePatch patch{block.columns * plan_.texels, block.rows * plan_.texels, 0, 0, {}};
  const bool same = known.columns == block.columns && known.rows == block.rows &&
                    known.texels == plan_.texels && known.theme == theme().name;
  if (same && known.version == connections.version) return host.put(key, patch);
  std::vector<ConnectionState> states;
  states.reserve(static_cast<std::size_t>(block.count));
  for (int slot = 0; slot < block.count; ++slot)
    states.push_back(connections.places[static_cast<std::size_t>(slot)].state);
  int from = 0;
  int to = block.rows;
  if (same && states.size() == known.states.size()) {
    const auto first = std::mismatch(states.begin(), states.end(), known.states.begin()).first;
    const auto last = std::mismatch(states.rbegin(), states.rend(), known.states.rbegin()).first;
    from = static_cast<int>(first - states.begin()) / block.columns;
    const auto end = static_cast<int>(states.rend() - last);
    to = first == states.end() ? from : (end + block.columns - 1) / block.columns;
  }
  known = {connections.version, block.columns, block.rows,
           plan_.texels,        theme().name,  std::move(states)};
  const std::vector<ImU32> pixels = paint_rows(plan_, block, connections, from, to);
  patch.first_row = from * plan_.texels;
  patch.rows = (to - from) * plan_.texels;
  patch.pixels = pixels;
  return host.put(key, patch);
}

void FieldView::draw_block(const Model& model, std::size_t index, ViewContext& context) {
  const ConnectionBlock& connections = model.connections().blocks()[index];
  const FieldBlock& block = plan_.blocks[index];
  const ProcessCard* access = model.processes().find(connections.access);
  const std::string name = access == nullptr ? fmt::format("{}", index + 1) : access->name;
  const std::string count =
      num::count(connections.counts.at(static_cast<std::size_t>(ConnectionState::kOnline)));
  const float number = measure(count, style::caption());
  text_in({block.label.x, block.label.y, block.label.w - number - em(kGap), em(1.3F)}, name,
          {Step::kSmall, Face::kSemibold, theme().text});
  text({block.label.right(), block.label.y + em(0.65F)}, count, style::caption(), Align::kRight);
  if (block.cells.empty()) return;
  const ImTextureID texture = upload(index, connections, *context.textures);
  canvas().AddImage(texture, {block.cells.x, block.cells.y},
                    {block.cells.right(), block.cells.bottom()});
  const Item item = glasspost::viz::item(fmt::format("block {}", index), block.cells);
  draw_hover(model, item, index, context);
}

// What is under the mouse; with the keyboard, the block's first connection stands for it.
void FieldView::draw_hover(const Model& model, const Item& item, std::size_t index,
                           ViewContext& context) const {
  if (!item.hovered && !item.focused) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  FieldPlan::Place at = plan_.at(mouse.x, mouse.y);
  if (!item.hovered) at = {static_cast<int>(index), 0};
  if (at.slot < 0 || at.block != static_cast<int>(index)) return;
  const ConnectionBlock& connections = model.connections().blocks()[index];
  const ConnectionPlace& place = connections.places[static_cast<std::size_t>(at.slot)];
  const Rect cell = plan_.cell_rect(at.block, at.slot);
  border(cell.inset(-2), theme().text);
  const double age = static_cast<double>(to_us(model.now()) - to_us(place.since)) / 1e6;
  const ProcessCard* access = model.processes().find(connections.access);
  Tip what;
  what.what = place.device.value == 0 ? std::string(tr(Str::kFieldUnknownDevice))
                                      : model.device_name(place.device);
  what.value = connection_word(place.state);
  what.value_colour = state_look(connection_look(place.state)).text;
  what.why = tr_with(Str::kFieldSince, connection_word(place.state), num::span(age)) + ". " +
             tr_with(Str::kFieldAt, num::count(place.connection),
                     access == nullptr ? std::string("?") : access->name) +
             ".";
  what.keys = {{"Enter", std::string(tr(Str::kFieldFollow))}};
  Item place_item = item;
  place_item.rect = cell;
  tip(place_item, what);
  if (item.pressed && place.device.value != 0) {
    context.selection->user = user_of(place.device).value;
  }
}

void FieldView::draw_legend(const Connections& connections, Rect area, std::uint64_t hidden) const {
  std::string unit(tr(plan_.cell == 1 ? Str::kFieldOnePixel : Str::kFieldOneCell));
  if (hidden > 0) unit = tr_with(Str::kFieldHidden, num::count(hidden));
  const TextStyle look =
      hidden > 0 ? style::coloured(style::caption(), theme().warn_text) : style::caption();
  const float end = area.right() - measure(unit, look) - em(kGap);
  text({area.right(), area.cy()}, unit, look, Align::kRight);
  float x = area.x;
  for (const ConnectionState state : kConnectionOrder) {
    const std::string word =
        fmt::format("{} {}", connection_word(state),
                    num::amount(static_cast<double>(connections.count(state))));
    // A swatch, its gaps, the word.
    if (x + em(2.4F) + measure(word, style::caption()) > end) break;
    x += legend_state({x, area.cy()}, connection_look(state), word);
  }
}

std::string FieldView::describe() const {
  std::string words;
  const Connections& connections = player_.model().connections();
  for (const ConnectionState state : kConnectionOrder)
    words += fmt::format("{}: {}\n", connection_word(state), num::count(connections.count(state)));
  return words;
}

}  // namespace glasspost::viz
