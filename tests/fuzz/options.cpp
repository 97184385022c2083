// How the address sanitizer works in fuzz targets.

// Fast rather than talkative: inputs are many and small. Where memory came from is seldom asked; to
// see it when an input is played again: ASAN_OPTIONS=malloc_context_size=30
extern "C" const char* __asan_default_options() {  // NOLINT: the sanitizer's name
  return "malloc_context_size=0:quarantine_size_mb=4";
}
