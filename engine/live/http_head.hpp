// The head of one HTTP/1 request, as far as it has come. For a server that answers GET on loopback:
// bodies are of no interest, headers are checked and forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace glasspost {

inline constexpr std::size_t kHttpHeadBytesMax = 8'192;

struct HttpHead {
  enum class State : std::uint8_t {
    kMore,     // the end has not come yet
    kWhole,    // method and target are those of the request
    kBad,      // no HTTP/1.0 or 1.1
    kTooLong,  // more than kHttpHeadBytesMax
  };
  State state = State::kMore;
  std::string_view method;
  std::string_view target;  // like "/metrics?x=1"
};

// The views are into `bytes`.
HttpHead read_http_head(std::string_view bytes);

}  // namespace glasspost
