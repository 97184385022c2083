// A few sentences about a run.
#include "viz/app/summary.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace glasspost::viz {
namespace {

// "1.3 ms (median of 170)"; a dash where nothing was measured.
std::string median_words(const Spread& spread) {
  if (spread.samples == 0) return "\u2013 (nothing was measured)";
  return fmt::format("{:.1f} ms (median of {})", spread.p50 / 1e3, spread.samples);
}

}  // namespace

void print_summary(Session& session, const std::string& tour) {
  const Film& film = session.film();
  const Model& model = film.newest();
  const double seconds = static_cast<double>(to_us(film.ends() - film.begins())) / 1e6;
  std::uint64_t letters = 0;
  for (const auto& [key, flow] : model.flows().all())
    letters += flow.letters;
  const std::string lost =
      std::to_string(model.lost()) + (model.lost_uncounted() ? " and an unknown number" : "");
  fmt::print("{} processes watched for {:.1f} s: {} facts, {} lost.\n",
             model.processes().all().size(), seconds, film.end(), lost);
  fmt::print("{} letters between roles; {} messages known in full.\n", letters,
             model.messages().recent().size());
  const Spread acked = model.metrics().spread(Latency::kToAcked, film.begins(), film.ends());
  const Spread shown = model.metrics().spread(Latency::kToShown, film.begins(), film.ends());
  fmt::print("Acknowledged in {}, shown in {}.\n", median_words(acked), median_words(shown));
  for (const PromiseView& promise : film.promises().all()) {
    if (promise.standing != Standing::kBroken) continue;
    fmt::print("BROKEN promise {}: {}\n", promise.number, promise.reason);
  }
  const auto broken = std::count_if(
      film.promises().all().begin(), film.promises().all().end(),
      [](const PromiseView& promise) { return promise.standing == Standing::kBroken; });
  if (broken == 0) fmt::print("No promise was seen broken.\n");
  if (model.lost() > 0 || model.lost_uncounted())
    fmt::print("Facts are missing: promises 1, 3, 6 and 8 cannot be told.\n");
  if (const std::string trouble = session.trouble(); !trouble.empty()) fmt::print("{}\n", trouble);
  if (!tour.empty()) fmt::print("{}\n", tour);
}

}  // namespace glasspost::viz
