// Counting letters, telling of watched ones.
#include "engine/telemetry/tap.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace glasspost {
namespace {

constexpr std::size_t kWaitsMax = 64;
constexpr std::size_t kShownBytesMax = 2'048;
constexpr std::size_t kBytesAFact = 40;

std::uint32_t wait_of(Time now, const v1::Letter& letter) {
  if (letter.handed_us() == 0) return 0;  // handed over in memory
  const std::int64_t wait = to_us(now) - letter.handed_us();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(wait, 0, 0xFFFF'FFFF));
}

// A device's text has no trace on the wire. The Submit that the same step sends names it.
std::uint64_t trace_of_letter(const v1::Letter& letter, const Outbox& out) {
  if (letter.trace() != 0 || !letter.client().has_send_text()) return letter.trace();
  const std::uint64_t connection = unpack(letter.source()).number;
  for (const Send& send : out.sends) {
    if (!send.letter.has_submit()) continue;
    const v1::Submit& submit = send.letter.submit();
    const bool same = submit.origin().connection() == connection &&
                      submit.client_id() == letter.client().send_text().client_id();
    if (same) return send.letter.trace();
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
  return trace != 0 && options_.watch != 0 && trace % options_.watch == 0;
}

void Tap::stepped(Time now, Address role, std::span<const v1::Letter> letters, const Outbox& out) {
  for (const v1::Letter& letter : letters) {
    const std::uint64_t bytes = letter.ByteSizeLong();
    const std::uint32_t wait = wait_of(now, letter);
    const Address source = unpack(letter.source());
    count(now, link_of(fact_role_of(source), fact_role_of(role)), letter, bytes, wait);
    const std::uint64_t trace = trace_of_letter(letter, out);
    if (!watched(trace)) continue;
    tell({.time_us = to_us(now),
          .trace = trace,
          .kind = FactKind::kArrived,
          .node = options_.node.value,
          .role = fact_role_of(role),
          .subject = letter.source(),
          .object = static_cast<std::uint64_t>(letter.body_case()),
          .number = bytes,
          .value = wait,
          .extra =
              letter.has_client() ? static_cast<std::uint64_t>(letter.client().body_case()) : 0},
         letter);
  }
}

void Tap::to_edge(Time now, Address from, const v1::Letter& letter) {
  const Address device = unpack(letter.target());
  const std::uint64_t bytes = letter.ByteSizeLong();
  count(now, link_of(fact_role_of(from), fact_role_of(device)), letter, bytes, 0);
  if (!watched(letter.trace())) return;
  emit_({.time_us = to_us(now),
         .trace = letter.trace(),
         .kind = FactKind::kSent,
         .node = options_.node.value,
         .role = fact_role_of(from),
         .subject = letter.target(),
         .object = letter_kind(letter),
         .number = bytes});
}

void Tap::count(Time now, std::uint64_t link, const v1::Letter& letter, std::uint64_t bytes,
                std::uint32_t wait) {
  if (now >= window_ + kCellWindow) {
    flush(now);
    window_ = now - Duration(to_us(now) % to_us(kCellWindow));
  }
  const std::uint64_t kind = letter_kind(letter);
  auto cell = std::find_if(cells_.begin(), cells_.end(), [link, kind](const Cell& known) {
    return known.link == link && known.kind == kind;
  });
  if (cell == cells_.end()) {
    cell = cells_.insert(cells_.end(), Cell{});
    cell->link = link;
    cell->kind = kind;
  }
  ++cell->count;
  cell->bytes += bytes;
  cell->longest = std::max(cell->longest, wait);
  if (cell->waits.size() < kWaitsMax) cell->waits.push_back(wait);
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
           .value = cell.bytes,
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
