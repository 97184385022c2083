// Counting letters, telling of watched ones.
#include "engine/telemetry/tap.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace glasspost {
namespace {

constexpr std::size_t kWaitsMax = 64;
constexpr std::uint64_t kSizedMax = 16;
constexpr std::size_t kShownBytesMax = 2'048;
constexpr std::size_t kBytesAFact = 40;

std::uint32_t wait_of(Time now, const v1::Letter& letter) {
  if (letter.handed_us() == 0) return 0;  // handed over in memory
  const std::int64_t wait = to_us(now) - letter.handed_us();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(wait, 0, 0xFFFF'FFFF));
}

// A device's text has no trace on the wire. The Submit that the same step sends names it. Submits
// stand in the order of the texts, so the search goes on where it found the last one.
std::uint64_t trace_of_letter(const v1::Letter& letter, const Outbox& out, std::size_t& place) {
  if (letter.trace() != 0 || !letter.client().has_send_text()) return letter.trace();
  const std::uint64_t connection = unpack(letter.source()).number;
  for (std::size_t index = place; index < out.sends.size(); ++index) {
    const v1::Letter& sent = out.sends[index].letter;
    const v1::Submit& submit = sent.submit();  // an empty one, if it is none
    const bool same = submit.origin().connection() == connection &&
                      submit.client_id() == letter.client().send_text().client_id();
    if (!same) continue;
    place = index + 1;
    return sent.trace();
  }
  return 0;
}

}  // namespace

std::uint32_t fact_role_of(Address role) {
  const bool outside = role.kind == RoleKind::kDevice || role.kind == RoleKind::kPerson ||
                       role.kind == RoleKind::kAdministrator;
  const std::uint64_t number = outside ? 0 : role.number & 0xFF'FFFF;
  return static_cast<std::uint32_t>(role.kind) << 24 | static_cast<std::uint32_t>(number);
}

std::uint64_t letter_kind(const v1::Letter& letter) {
  if (!letter.has_client()) return static_cast<std::uint64_t>(letter.body_case());
  return kClientLetter | static_cast<std::uint64_t>(letter.client().body_case());
}

// A list of what may, not of what may not: a new kind of letter is not shown until somebody has
// thought about it.
bool may_show_bytes(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kClient:
      return letter.client().has_send_text() || letter.client().has_text_sent() ||
             letter.client().has_sync() || letter.client().has_sync_page() ||
             letter.client().has_notice();
    case v1::Letter::kSubmit:
    case v1::Letter::kSubmitted:
    case v1::Letter::kIndexRows:
    case v1::Letter::kRowsIndexed:
    case v1::Letter::kTakeNumbers:
    case v1::Letter::kNumbersTaken:
    case v1::Letter::kAppendLog:
    case v1::Letter::kLogAppended:
    case v1::Letter::kPullRows:
    case v1::Letter::kRowsPulled:
    case v1::Letter::kNotifyDevice:
      return true;
    default:
      return false;
  }
}

void Tap::change(std::uint64_t watch, bool bodies) {
  options_.watch = watch;
  options_.bodies = bodies;
}

bool Tap::watched(std::uint64_t trace) const {
  return FactSample{options_.watch}.takes_trace(trace);
}

void Tap::stepped(Time now, Address role, std::span<const v1::Letter> letters, const Outbox& out) {
  std::size_t place = 0;
  for (const v1::Letter& letter : letters) {
    const std::uint32_t wait = wait_of(now, letter);
    const Address source = unpack(letter.source());
    count(now, link_of(fact_role_of(source), fact_role_of(role)), letter, wait);
    const std::uint64_t trace = trace_of_letter(letter, out, place);
    if (!watched(trace)) continue;
    tell({.time_us = to_us(now),
          .trace = trace,
          .kind = FactKind::kArrived,
          .node = options_.node.value,
          .role = fact_role_of(role),
          .subject = letter.source(),
          .object = static_cast<std::uint64_t>(letter.body_case()),
          .number = letter.ByteSizeLong(),
          .value = wait,
          .extra =
              letter.has_client() ? static_cast<std::uint64_t>(letter.client().body_case()) : 0},
         letter);
  }
}

void Tap::to_edge(Time now, Address from, const v1::Letter& letter) {
  const Address device = unpack(letter.target());
  count(now, link_of(fact_role_of(from), fact_role_of(device)), letter, 0);
  if (!watched(letter.trace())) return;
  emit_({.time_us = to_us(now),
         .trace = letter.trace(),
         .kind = FactKind::kSent,
         .node = options_.node.value,
         .role = fact_role_of(from),
         .subject = letter.target(),
         .object = letter_kind(letter),
         .number = letter.ByteSizeLong()});
}

void Tap::count(Time now, std::uint64_t link, const v1::Letter& letter, std::uint32_t wait) {
  if (now >= window_ + kCellWindow) {
    flush(now);
    window_ = now - Duration(to_us(now) % to_us(kCellWindow));
  }
  Cell& cell = cell_of(link, letter_kind(letter));
  ++cell.count;
  // Measuring a letter is more work than counting it.
  if (cell.sized < kSizedMax) {
    ++cell.sized;
    cell.bytes += letter.ByteSizeLong();
  }
  cell.longest = std::max(cell.longest, wait);
  if (cell.waits.size() < kWaitsMax) cell.waits.push_back(wait);
}

Tap::Cell& Tap::cell_of(std::uint64_t link, std::uint64_t kind) {
  const auto is_it = [link, kind](const Cell& known) {
    return known.link == link && known.kind == kind;
  };
  if (last_cell_ < cells_.size() && is_it(cells_[last_cell_])) return cells_[last_cell_];
  const auto found = std::find_if(cells_.begin(), cells_.end(), is_it);
  last_cell_ = static_cast<std::size_t>(found - cells_.begin());
  if (found != cells_.end()) return *found;
  Cell& cell = cells_.emplace_back();
  cell.link = link;
  cell.kind = kind;
  return cell;
}

void Tap::flush(Time now) {
  if (cells_.empty() || now < window_ + kCellWindow) return;
  const std::int64_t at = to_us(window_ + kCellWindow);
  for (Cell& cell : cells_) {
    const auto middle = cell.waits.begin() + static_cast<std::ptrdiff_t>(cell.waits.size() / 2);
    std::nth_element(cell.waits.begin(), middle, cell.waits.end());
    emit_({.time_us = at,
           .kind = FactKind::kCell,
           .node = options_.node.value,
           .subject = cell.link,
           .object = cell.kind,
           .number = cell.count,
           .value = cell.bytes * cell.count / cell.sized,
           .extra = std::uint64_t{*middle} << 32 | cell.longest});
  }
  cells_.clear();
}

// That a watched letter has arrived, and its bytes if they may be shown.
void Tap::tell(const Fact& arrived, const v1::Letter& letter) {
  emit_(arrived);
  if (!options_.bodies || !may_show_bytes(letter)) return;
  std::string body;
  if (!letter.SerializeToString(&body)) return;
  body.resize(std::min(body.size(), kShownBytesMax));
  Fact fact{.time_us = arrived.time_us,
            .trace = arrived.trace,
            .kind = FactKind::kBytes,
            .node = arrived.node};
  for (std::size_t offset = 0; offset < body.size(); offset += kBytesAFact) {
    std::array<std::uint64_t, 5> words{};
    static_assert(sizeof(words) == kBytesAFact);
    std::memcpy(words.data(), body.data() + offset, std::min(kBytesAFact, body.size() - offset));
    fact.role = static_cast<std::uint32_t>(offset / kBytesAFact);
    fact.subject = words[0];
    fact.object = words[1];
    fact.number = words[2];
    fact.value = words[3];
    fact.extra = words[4];
    emit_(fact);
  }
}

}  // namespace glasspost
