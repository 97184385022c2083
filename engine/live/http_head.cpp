// Reading a head line by line; RFC 9112, sections 2 to 5.
#include "engine/live/http_head.hpp"

#include <algorithm>

namespace glasspost {
namespace {

using State = HttpHead::State;

bool is_token(std::string_view word) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !word.empty() && std::all_of(word.begin(), word.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool is_printed(char c) {
  return c > ' ' && c != '\x7F';  // bytes above ASCII are negative or not, and refused or not
}

bool is_target(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), is_printed);
}

bool is_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
         line.find('\0') == std::string_view::npos && line.find('\r') == std::string_view::npos;
}

bool read_request_line(std::string_view line, HttpHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  return is_token(head.method) && is_target(head.target) &&
         (version == "HTTP/1.1" || version == "HTTP/1.0");
}

}  // namespace

// A line ends with CR LF; a lone LF is taken for one, as the RFC allows.
HttpHead read_http_head(std::string_view bytes) {
  HttpHead head;
  const std::string_view all = bytes.substr(0, kHttpHeadBytesMax);
  std::size_t begins = 0;
  for (bool is_first = true;; is_first = false) {
    const std::size_t ends = all.find('\n', begins);
    if (ends == std::string_view::npos) break;
    std::string_view line = all.substr(begins, ends - begins);
    if (line.ends_with('\r')) line.remove_suffix(1);
    begins = ends + 1;
    if (line.empty() && !is_first) {
      head.state = State::kWhole;
      return head;
    }
    if (is_first ? !read_request_line(line, head) : !is_header(line)) {
      return {State::kBad, {}, {}};
    }
  }
  // What begins like no request is not waited for: a TLS hello, a ZMTP greeting.
  const std::string_view begun = all.substr(0, std::min(all.find(' '), all.size()));
  if (!begun.empty() && !is_token(begun)) return {State::kBad, {}, {}};
  return {bytes.size() >= kHttpHeadBytesMax ? State::kTooLong : State::kMore, {}, {}};
}

}  // namespace glasspost
