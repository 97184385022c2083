// The version comes from engine/CMakeLists.txt, for this file alone.
#include "engine/base/version.hpp"

#ifndef GLASSPOST_VERSION  // a fuzzer compiles the folder by itself
#define GLASSPOST_VERSION "unknown"
#endif

namespace glasspost {

std::string_view version() {
  return GLASSPOST_VERSION;
}

}  // namespace glasspost
