// How the address sanitizer works in fuzz targets.

// Where memory came from is dear to remember and seldom asked. To see it when an input is played again:
// ASAN_OPTIONS=malloc_context_size=30
extern "C" const char* __asan_default_options() {  // NOLINT: the sanitizer's name
  return "malloc_context_size=0";
}
