// Names of the error codes, as they appear in messages and logs.
#include "engine/base/result.hpp"

namespace glasspost {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "invalid argument";
    case Code::kNotFound:
      return "not found";
    case Code::kConflict:
      return "conflict";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kOverloaded:
      return "overloaded";
    case Code::kCorruption:
      return "corruption";
    case Code::kIo:
      return "io";
  }
  assert(false && "a Code outside its enumerators");
  return "unknown";
}

}  // namespace glasspost
