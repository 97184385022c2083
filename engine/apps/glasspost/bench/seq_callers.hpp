// Callers of an allocator over libzmq, each with links of its own as a mailbox process has them:
// they keep a number of envelopes in flight, one question in each, and count the numbers they get.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/apps/glasspost/bench/line_load.hpp"
#include "engine/base/ids.hpp"

namespace glasspost::bench {

struct CallShape {
  std::size_t callers = 50;  // at most kSeqCallersMax
  std::size_t window = 16;   // envelopes in flight of one caller
  std::uint32_t users = 1;   // in one envelope, ...
  std::uint32_t count = 1;   // ... each with so many numbers
  Duration warm_up = std::chrono::seconds(1);
  Duration measured = std::chrono::seconds(3);
};

// Random users come from so many, for every server alike.
inline constexpr std::uint32_t kCalledUsers = 10'000;

// The words of one caller and its server.
class CallWords {
 public:
  virtual ~CallWords() = default;
  // Whether answers come on a ROUTER of the caller's own, as between processes of a cluster.
  virtual bool has_router() const = 0;
  // The envelope of a question for users first .. first + shape.users - 1, until the next one.
  virtual std::string_view question(std::uint64_t ticket, std::uint32_t first,
                                    const CallShape& shape) = 0;
  // Calls f(ticket) for every question that these bytes answer. False: they are no such answer.
  virtual bool answers(const void* bytes, std::size_t size,
                       const std::function<void(std::uint64_t ticket)>& f) = 0;
};

// Caller i of ours, and of the bare counter, in a life that is later than all before.
std::unique_ptr<CallWords> seq_words(std::size_t caller, BootId life);
std::unique_ptr<CallWords> counter_words(std::size_t caller, BootId life);

using WordsFactory = std::unique_ptr<CallWords> (*)(std::size_t caller, BootId life);

// Waits until the server below `folder` answers, warms up and measures. `texts` are numbers;
// `acked_us` is from question to answer. `cpu` says how much the server has used so far.
Measured run_callers(const std::string& folder, const CallShape& shape, WordsFactory words,
                     const std::function<Duration()>& cpu);

}  // namespace glasspost::bench
