// Keeps Protobuf from telling of each text that is not UTF-8, as our programs do.
#include <google/protobuf/stubs/logging.h>

namespace {
[[maybe_unused]] const bool kQuiet = [] {
  google::protobuf::SetLogHandler(nullptr);
  return true;
}();
}  // namespace
