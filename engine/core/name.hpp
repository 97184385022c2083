// Names of users: what may be one, and when two are the same.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace glasspost {

// Whether the bytes are UTF-8.
bool is_utf8(std::string_view text);

// The form in which names are compared: composed (NFC) and case-folded. Errors: kInvalidArgument if
// the name is not UTF-8, is empty or longer than limits::kNameLettersMax letters, or has a control
// character or a space at an end.
Result<std::string> fold_name(std::string_view name);

}  // namespace glasspost
