// Tokens, type steps, states, messages and icons of the sheet.
#include <array>

#include <fmt/format.h>

#include "viz/app/sheet.hpp"
#include "viz/widgets/draw.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

struct Token {
  const char* name;
  ImU32 Theme::*colour;
};
constexpr std::array kTokens{Token{"bg", &Theme::bg},
                             Token{"bar", &Theme::bar},
                             Token{"panel", &Theme::panel},
                             Token{"card", &Theme::card},
                             Token{"card-hi", &Theme::card_hi},
                             Token{"inset", &Theme::inset},
                             Token{"line", &Theme::line},
                             Token{"line-2", &Theme::line_2},
                             Token{"grid", &Theme::grid},
                             Token{"text", &Theme::text},
                             Token{"text-2", &Theme::text_2},
                             Token{"text-3", &Theme::text_3},
                             Token{"focus", &Theme::focus},
                             Token{"ok / ok-text", &Theme::ok},
                             Token{"", &Theme::ok_text},
                             Token{"warn / warn-text", &Theme::warn},
                             Token{"", &Theme::warn_text},
                             Token{"bad / bad-text", &Theme::bad},
                             Token{"", &Theme::bad_text},
                             Token{"info / info-text", &Theme::info},
                             Token{"", &Theme::info_text},
                             Token{"send", &Theme::send},
                             Token{"append", &Theme::append},
                             Token{"notice", &Theme::notice},
                             Token{"sync, you, B", &Theme::sync},
                             Token{"heartbeat, control", &Theme::control}};

std::string hex(ImU32 colour) {
  return fmt::format("#{:02X}{:02X}{:02X}", (colour >> IM_COL32_R_SHIFT) & 0xFF,
                     (colour >> IM_COL32_G_SHIFT) & 0xFF, (colour >> IM_COL32_B_SHIFT) & 0xFF);
}

struct TypeStep {
  const char* name;
  Step step;
  Face face;
};
constexpr std::array kTypeSteps{TypeStep{"display 2.0", Step::kDisplay, Face::kSemibold},
                                TypeStep{"title 1.43", Step::kTitle, Face::kSemibold},
                                TypeStep{"lead 1.14", Step::kLead, Face::kSemibold},
                                TypeStep{"body 1.0 em", Step::kBody, Face::kRegular},
                                TypeStep{"label 0.93", Step::kLabel, Face::kRegular},
                                TypeStep{"small 0.86", Step::kSmall, Face::kRegular},
                                TypeStep{"micro 0.79", Step::kMicro, Face::kRegular}};

constexpr float kSampleWidth = 6;  // em, of the samples of states
constexpr float kSampleHeight = 1.43F;

// A row of the states: sample, name, how it is drawn.
struct StateRow {
  State state;
  Str name, how;
};
constexpr std::array kStateRows{
    StateRow{State::kHealthy, Str::kSheetHealthy, Str::kSheetSolid},
    StateRow{State::kHandshake, Str::kSheetHandshake, Str::kSheetVertical},
    StateRow{State::kWaiting, Str::kSheetWaiting, Str::kSheetDiagonal},
    StateRow{State::kRefused, Str::kSheetRefused, Str::kSheetCross},
    StateRow{State::kDead, Str::kSheetDead, Str::kSheetDeadHow},
    StateRow{State::kSkipped, Str::kSheetSkipped, Str::kSheetSkippedHow},
    StateRow{State::kReserved, Str::kSheetReserved, Str::kSheetReservedHow},
    StateRow{State::kLost, Str::kSheetLost, Str::kSheetLostHow},
    StateRow{State::kStale, Str::kSheetStale, Str::kSheetStaleHow},
    StateRow{State::kUnknown, Str::kSheetUnknown, Str::kSheetUnknownHow}};

void row_words(Rect place, float y, Str name, Str how) {
  const float x = place.x + em(kSampleWidth) + em(kPad);
  text({x, y}, tr(name), {Step::kSmall, Face::kMedium, theme().text});
  text({place.right(), y}, tr(how), style::caption(), Align::kRight);
}

Rect sample_at(Rect place, float y) {
  const float h = em(kSampleHeight);
  return {place.x, y - h / 2, em(kSampleWidth), h};
}

void state_sample(Rect sample, State state) {
  state_fill(sample, state, state == State::kDead || state == State::kUnknown ? em(kTiny) : 0);
  const TextStyle inside{Step::kMicro, Face::kSemibold, theme().text};
  if (state == State::kSkipped) {
    text_padded({sample.cx(), sample.cy()}, "8\u2009793", inside, Align::kCentre);
  }
  if (state == State::kStale) {
    text({sample.cx(), sample.cy()}, "4.1 s", style::coloured(inside, theme().text_2),
         Align::kCentre);
  }
}

// Looks that are no states: simulated, recorded, sampled, formula, prediction.
float other_samples(Rect place, float y) {
  const Theme& t = theme();
  const float pitch = em(1.96F);
  const TextStyle small{Step::kMicro, Face::kMedium, t.text_2};
  Rect sample = sample_at(place, y);
  dashed_border(sample, t.text_2);
  text({sample.cx(), sample.cy()}, "SIM", small, Align::kCentre);
  row_words(place, y, Str::kSheetSimulated, Str::kSheetSimulatedHow);
  y += pitch;
  sample = sample_at(place, y);
  border(sample, t.text, em(kPillRound));
  fill({sample.x + em(kHalfGap), y - em(0.22F), em(0.43F), em(0.43F)}, t.text_2);
  text({sample.x + em(1.5F), y}, "REC", style::coloured(small, t.text));
  row_words(place, y, Str::kSheetRecorded, Str::kSheetRecordedHow);
  y += pitch;
  line({place.x, y}, {place.x + em(3.4F), y}, t.send, {2 * scale(), Dash::kDotted});
  text({place.x + em(kSampleWidth), y}, "1 / 64", small, Align::kRight);
  row_words(place, y, Str::kSheetSampled, Str::kSheetSampledHow);
  y += pitch;
  line({place.x, y}, {place.x + em(kSampleWidth), y}, t.text, {1, Dash::kDashed});
  row_words(place, y, Str::kFormula, Str::kSheetFormulaHow);
  y += pitch;
  line({place.x, y}, {place.x + em(kSampleWidth), y}, t.sync, {2 * scale()});
  const TextStyle you{Step::kMicro, Face::kSemibold, t.on_solid};
  const float width = measure(tr(Str::kYou), you) + 2 * em(kHalfGap);
  const Rect tag{place.x + em(kSampleWidth) - width, y - em(0.6F), width, em(1.2F)};
  fill(tag, t.sync, em(kPillRound));
  text({tag.cx(), y}, tr(Str::kYou), you, Align::kCentre);
  row_words(place, y, Str::kSheetPrediction, Str::kSheetPredictionHow);
  return y + pitch;
}

float message_samples(Rect place, float y) {
  struct Row {
    MessageType type;
    Str name, how;
  };
  static constexpr std::array kRows{
      Row{MessageType::kSend, Str::kSheetSend, Str::kSheetSolidCircle},
      Row{MessageType::kAppend, Str::kSheetAppend, Str::kSheetSolidCircle},
      Row{MessageType::kNotice, Str::kSheetNotice, Str::kSheetDottedDiamond},
      Row{MessageType::kSync, Str::kSheetSync, Str::kSheetDashedSquare},
      Row{MessageType::kControl, Str::kSheetControl, Str::kSheetThin}};
  for (const Row& row : kRows) {
    const MessageLook look = message_look(row.type);
    line({place.x, y}, {place.x + em(kSampleWidth), y}, look.colour,
         {(row.type == MessageType::kControl ? 1.6F : 2) * scale(), look.dash});
    marker({place.x + em(kSampleWidth) / 2, y}, look.marker, look.colour, 3.2F * scale());
    row_words(place, y, row.name, row.how);
    y += em(1.75F);
  }
  return y;
}

// Half diamonds: only in A, only in B, in both.
void twin_marks(Rect place, float y) {
  const Theme& t = theme();
  const float half = em_exact(0.9F);
  for (int i = 0; i < 3; ++i) {
    const ImVec2 c(place.x + em(1) + static_cast<float>(i) * em(4.2F), y);
    const std::array<ImVec2, 3> left{ImVec2(c.x - 1, c.y - half), ImVec2(c.x - 1, c.y + half),
                                     ImVec2(c.x - 1 - half, c.y)};
    const std::array<ImVec2, 3> right{ImVec2(c.x + 1, c.y - half), ImVec2(c.x + 1 + half, c.y),
                                      ImVec2(c.x + 1, c.y + half)};
    ImDrawList& list = canvas();
    if (i != 1) list.AddTriangleFilled(left[0], left[1], left[2], t.send);
    if (i == 1) list.AddTriangle(left[0], left[1], left[2], t.text_3);
    if (i != 0) list.AddTriangleFilled(right[0], right[1], right[2], t.sync);
    if (i == 0) list.AddTriangle(right[0], right[1], right[2], t.text_3);
  }
}

}  // namespace

float sheet_tokens(Rect place) {
  const Theme& t = theme();
  float y = place.y + em(0.72F);
  for (const Token& token : kTokens) {
    const ImU32 colour = t.*token.colour;
    const Rect swatch{place.x, y - em(0.64F), em(3.86F), em(1.29F)};
    fill(swatch, colour, em(kTiny));
    border(swatch, t.line_2, em(kTiny));
    text({place.x + em(4.9F), y}, token.name, style::value());
    text({place.right(), y}, hex(colour), {Step::kMicro, Face::kMono, t.text_2}, Align::kRight);
    y += em(1.8F);
  }
  y -= em(0.5F);
  hline(place.x, place.right(), y, t.line);
  y += em(1.4F);
  for (const TypeStep& row : kTypeSteps) {
    text({place.x, y}, row.name, {row.step, row.face, t.text});
    const Step step = row.step == Step::kDisplay ? Step::kTitle : row.step;
    const Face face = row.step >= Step::kLead ? Face::kMedium : Face::kRegular;
    text({place.right(), y}, "98\u2009214  8.1 ms", {step, face, t.text_2}, Align::kRight);
    y += em(row.step >= Step::kLead ? 1.75F : 1.45F);
  }
  return y - place.y;
}

float sheet_states(Rect place) {
  const Theme& t = theme();
  float y = place.y + em(1.0F);
  for (const StateRow& row : kStateRows) {
    state_sample(sample_at(place, y), row.state);
    row_words(place, y, row.name, row.how);
    y += em(2.0F);
  }
  y = other_samples(place, y);
  y -= em(0.3F);
  hline(place.x, place.right(), y, t.line);
  y += em(1.3F);
  text({place.x, y}, tr(Str::kSheetMessages), {Step::kMicro, Face::kMedium, t.text_3});
  y = message_samples(place, y + em(1.7F));
  hline(place.x, place.right(), y, t.line);
  y += em(1.4F);
  text({place.x, y}, tr(Str::kSheetTwin), {Step::kMicro, Face::kMedium, t.text_3});
  y += em(1.9F);
  twin_marks(place, y);
  return y + em(2) - place.y;
}

float sheet_icons(Rect place) {
  constexpr int kColumns = 5;
  const float pitch = em(5.72F);
  for (int i = 0; i < kIconCount; ++i) {
    const Rect cell = place.column(i % kColumns, kColumns, 0);
    const int row = i / kColumns;
    const float y = place.y + em(1.8F) + pitch * static_cast<float>(row);
    const auto id = static_cast<IconId>(i);
    icon(id, {cell.cx(), y}, em(1.43F));
    text({cell.cx(), y + em(2)}, icon_name(id), style::explanation(), Align::kCentre);
  }
  return pitch * 10;
}

}  // namespace glasspost::viz
