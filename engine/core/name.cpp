// Folding by libutf8proc.
#include "engine/core/name.hpp"

#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "engine/core/limits.hpp"

namespace glasspost {
namespace {

Error refused(const std::string& why) {
  return {Code::kInvalidArgument, "a name " + why};
}

// Counts letters; negative if the bytes are not UTF-8 or hold something that cannot be read aloud.
int count_letters(std::string_view name) {
  int letters = 0;
  for (std::size_t at = 0; at < name.size();) {
    utf8proc_int32_t letter = 0;
    const auto left = static_cast<utf8proc_ssize_t>(name.size() - at);
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(name.data() + at);
    const utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &letter);
    if (used <= 0) return -1;
    const utf8proc_category_t category = utf8proc_category(letter);
    if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF ||
        category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CO ||
        category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP) {
      return -1;
    }
    // A mark belongs to the letter before it.
    const bool mark = category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
    if (!mark) ++letters;
    at += static_cast<std::size_t>(used);
  }
  return letters;
}

// One pass of the library; empty if it refused the bytes.
std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* out = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &out,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(out, &std::free);
  if (size <= 0) return {};
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)};
}

// Any kind of space, not only the usual one. REQUIRES: the name is UTF-8.
bool has_space_at_an_end(std::string_view name) {
  bool first = true;
  bool space = false;
  for (std::size_t at = 0; at < name.size(); first = false) {
    utf8proc_int32_t letter = 0;
    at += static_cast<std::size_t>(
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(name.data() + at),
                         static_cast<utf8proc_ssize_t>(name.size() - at), &letter));
    space = utf8proc_category(letter) == UTF8PROC_CATEGORY_ZS;
    if (first && space) return true;
  }
  return space;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t letter = 0;
    const utf8proc_ssize_t used =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                         static_cast<utf8proc_ssize_t>(text.size() - at), &letter);
    if (used <= 0) return false;
    at += static_cast<std::size_t>(used);
  }
  return true;
}

Result<std::string> fold_name(std::string_view name) {
  if (name.size() > limits::kNameLettersMax * 16) return refused("is longer than 32 letters");
  const int letters = count_letters(name);
  if (letters < 0) return refused("must be readable UTF-8 without control characters");
  if (letters == 0) return refused("must have at least one letter");
  if (letters > static_cast<int>(limits::kNameLettersMax))
    return refused("is longer than 32 letters");
  if (has_space_at_an_end(name)) return refused("must not begin or end with a space");
  // Folding first needs the decomposed form, else two spellings of one letter can fold apart.
  const std::string decomposed = mapped(name, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
  const std::string folded =
      mapped(decomposed, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
  std::string composed = mapped(folded, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  if (composed.empty()) return refused("must be readable UTF-8");
  return composed;
}

}  // namespace glasspost
