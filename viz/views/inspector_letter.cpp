// One letter of the message: its fields, and its bytes with the selected field lit.
#include <algorithm>

#include "viz/model/groups.hpp"
#include "viz/model/wire_fields.hpp"
#include "viz/views/inspector_view.hpp"
#include "viz/views/phone_parts.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kBytesARow = 16;

std::string hex_offset(std::size_t at) {
  const std::string digits =
      hex_row(std::string{static_cast<char>(at >> 8U), static_cast<char>(at & 0xFFU)}, 0);
  return digits.substr(0, 2) + digits.substr(3);
}

bool is_whole(const Hop& hop) {
  return hop.payload.size() >= hop.bytes;
}

}  // namespace

float InspectorView::draw_hop_choice(Rect area, const MessageStory& story) {
  const Hop& hop = story.hops[hop_];
  const Rect row = area.top(em(1.9F));
  const float side = em(1.7F);
  if (icon_button("before", row.left(side), IconId::kStepBack, tr(Str::kTimeBack)) && hop_ > 0) {
    --hop_;
    field_ = 0;
  }
  if (icon_button("after", row.far(side), IconId::kStepOn, tr(Str::kTimeOn)) &&
      hop_ + 1 < story.hops.size()) {
    ++hop_;
    field_ = 0;
  }
  const std::string way = Model::role_name(hop.from) + " \u2192 " + Model::role_name(hop.to);
  text({row.cx(), row.cy() - em(0.5F)}, kind_name(hop.kind), style::value(), Align::kCentre);
  text({row.cx(), row.cy() + em(0.55F)}, way + ", " + num::bytes(static_cast<double>(hop.bytes)),
       style::axis(), Align::kCentre);
  return row.bottom() + em(kGap);
}

void InspectorView::draw_fields(Rect area, const MessageStory& story) {
  const float y = draw_hop_choice(area, story);
  const Hop& hop = story.hops[std::min(hop_, story.hops.size() - 1)];
  const Rect rest{area.x, y, area.w, area.bottom() - y};
  if (hop.payload.empty()) {
    empty_state(rest, IconId::kCovered, tr(Str::kMessageNoBytes), {});
    return;
  }
  const std::vector<WireField> fields = letter_fields(hop.payload, is_whole(hop));
  const float pitch = em(1.5F);
  const Rect content = begin_scroll("fields", rest, pitch * static_cast<float>(fields.size()));
  Rect row = content.top(pitch);
  for (std::size_t index = 0; index < fields.size(); ++index, row.y += pitch) {
    const WireField& field = fields[index];
    ImGui::PushID(static_cast<int>(index));
    if (row_button("field", row, index == field_).pressed) field_ = index;
    ImGui::PopID();
    const float x = row.x + em(kHalfGap) + em(0.8F) * static_cast<float>(field.depth);
    const float used = text({x, row.cy()}, field.name, style::mono());
    const Rect value{x + used + em(kGap), row.y, row.right() - x - used - em(kWide), row.h};
    preview(value, field.value, style::caption());
  }
  end_scroll();
}

void InspectorView::draw_bytes(Rect area, const MessageStory& story) {
  const float y = draw_hop_choice(area, story);
  const Hop& hop = story.hops[std::min(hop_, story.hops.size() - 1)];
  const Rect rest{area.x, y, area.w, area.bottom() - y};
  if (hop.payload.empty()) {
    empty_state(rest, IconId::kCovered, tr(Str::kMessageNoBytes), {});
    return;
  }
  const std::vector<WireField> fields = letter_fields(hop.payload, is_whole(hop));
  const WireField lit = fields.empty() ? WireField{} : fields[std::min(field_, fields.size() - 1)];
  const TextStyle mono{Step::kMicro, Face::kMono, theme().text_2};
  const float glyph = measure("0", mono);
  const float pitch = em(1.25F);
  // Narrow panels show eight bytes a row.
  const std::size_t a_row = rest.w > glyph * 70 ? kBytesARow : kBytesARow / 2;
  const std::size_t rows = (hop.payload.size() + a_row - 1) / a_row;
  const Rect content = begin_scroll("bytes", rest, pitch * static_cast<float>(rows));
  for (std::size_t index = 0; index < rows; ++index) {
    const std::size_t from = index * a_row;
    const float line = content.y + pitch * (static_cast<float>(index) + 0.5F);
    const std::string_view part = std::string_view(hop.payload).substr(from, a_row);
    for (std::size_t at = 0; at < part.size(); ++at) {
      const bool on = from + at >= lit.begin && from + at < lit.end;
      const float x = content.x + glyph * (5 + 3 * static_cast<float>(at));
      if (on) fill({x - glyph / 2, line - pitch / 2, 3 * glyph, pitch}, fade(theme().focus, 0.25F));
    }
    text({content.x, line}, hex_offset(from), style::coloured(mono, theme().text_3));
    text({content.x + glyph * 5, line}, hex_row(part, 0), mono);
    text({content.x + glyph * (6 + 3 * static_cast<float>(a_row)), line}, text_row(part, 0),
         style::coloured(mono, theme().text));
  }
  end_scroll();
}

}  // namespace glasspost::viz
