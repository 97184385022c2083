#!/usr/bin/env bash
# Everything ./run test does, step by step; sourced by ./run, which brings build() and $all.
# shellcheck disable=SC2154,SC2016
# Each step adds to the two counts; its own return value only says whether it could run at all.

passed=0 failed=0
timed=()
log=build/log
sanitized_rooms=(virtual live roles core base promises telemetry codec)  # slow ones first
if [ "$all" = yes ]; then sanitized_rooms+=(viz_model viz_scene viz viz_views); fi
tidy_limit=25
# Fuzz targets, slow ones first, and how long their inputs get: long enough for their seeds, and fast.
fuzz_targets=(recording:500 replay:200 topology:400 client_envelope:400 frame:800 hub:900 control:300 zmtp:900
  log_record:300)

add() { passed=$((passed + $1)) failed=$((failed + $2)); }

# Sets `spent`: seconds of processor time of all commands that have ended so far.
look_at_processors() {
  times >$log/times  # Not in a pipe or $(...): that would be another shell, with times of its own.
  spent=$(awk 'NR == 2 {gsub(/[ms]/, " "); print int($1 * 60 + $2 + $3 * 60 + $4)}' $log/times)
}

# Is this step to be run? All are, unless some were named.
wanted() { [ ${#steps[@]} -eq 0 ] || [[ " ${steps[*]} " == *" $1 "* ]]; }

# step NAME TITLE COMMAND...: announces, runs and times one step, if it is wanted.
step() {
  local name=$1 title=$2 start=$SECONDS failed_before=$failed verdict=fine spent before
  shift 2
  wanted "$name" || return 0
  printf '\n== %s ==\n' "$title"
  look_at_processors
  before=$spent
  "$@" || add 0 1
  look_at_processors
  [ "$failed" -eq "$failed_before" ] || verdict=FAILED
  timed+=("$(printf '%6d s %7d s  %-6s  %s' $((SECONDS - start)) $((spent - before)) "$verdict" "$title")")
}

# The programs that hold the tests of these rooms.
test_programs() {
  local room
  for room in "$@"; do
    if compgen -G "tests/$room/*_test.cpp" >/dev/null; then echo "glasspost_tests_$room"; fi
  done
}

# Many release tests wait more than they compute. What they leave idle compiles what the steps after them
# need; those steps find it built, or say themselves what does not compile.
start_beside() {
  local programs
  mapfile -t programs < <(test_programs "${sanitized_rooms[@]}")
  export -f build free_kb
  setsid chrt --idle 0 bash -c 'build asan glasspost_world_hash "$@"; build fuzz fuzzers' - "${programs[@]}" \
    >$log/beside.log 2>&1 &
  beside=$!
  trap 'kill -- "-$beside" 2>/dev/null || true' EXIT
}

# Tests that compare times come last and have the machine to themselves.
release_tests() {
  local status=0
  if [ ${#steps[@]} -eq 0 ]; then start_beside; fi
  run_ctest release -LE '^(slow|alone)$' || status=1
  if [ ${#steps[@]} -eq 0 ]; then
    wait "$beside" || true  # Nobody else may build there meanwhile.
    trap - EXIT
  fi
  run_ctest alone -L '^alone$' -LE '^slow$' || status=1
  return $status
}

# run_ctest NAME OPTIONS...: the release tests that the options choose.
run_ctest() {
  local file=$log/ctest-$1.log line
  shift
  ctest --preset release -j 3 "$@" 2>&1 | tee "$file" || true
  if grep -q '^No tests were found' "$file"; then return; fi
  line=$(grep -E 'tests failed out of [0-9]+$' "$file") || return 1
  [[ $line =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]
  add $((BASH_REMATCH[2] - BASH_REMATCH[1])) "${BASH_REMATCH[1]}"
}

# sanitized_one PRESET PROGRAM: runs it; prints its counts, and its end if it failed.
sanitized_one() {
  local file=build/log/$1-$2.log status=0
  TSAN_OPTIONS="suppressions=$PWD/tests/support/tsan.supp" \
    timeout 900 "build/$1/bin/$2" --test-suite-exclude=slow >"$file" 2>&1 || status=$?
  if [ $status -ne 0 ]; then
    tail -n 60 "$file"
    grep -qE 'test cases: .* [1-9][0-9]* failed' "$file" || echo "$2: it crashed or hung"
  fi
  # [doctest] test cases:  12 |  11 passed | 1 failed | 0 skipped
  if [[ $(grep 'test cases:' "$file") =~ ([0-9]+)\ passed\ *\|\ *([0-9]+)\ failed ]]; then
    echo "$2: ${BASH_REMATCH[0]}"
  fi
}
export -f sanitized_one

# sanitized PRESET ROOM...: builds these rooms' test programs under a sanitizer and runs them, two at a time.
sanitized() {
  local preset=$1 targets file=$log/$1.log line
  shift
  mapfile -t targets < <(test_programs "$@")
  [ ${#targets[@]} -gt 0 ] || return 0
  build "$preset" "${targets[@]}" || return 1
  printf '%s\0' "${targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'sanitized_one "$1" "$2"' - "$preset" | tee "$file"
  while read -r line; do
    if [[ $line =~ ^glasspost_tests_[a-z_]+:\ ([0-9]+)\ passed\ *\|\ *([0-9]+)\ failed ]]; then
      add "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    elif [[ $line == *': it crashed or hung' ]]; then
      add 0 1
    fi
  done <"$file"
}

# The console itself, with window and keyboard.
sanitized_console() {
  local file=$log/asan-console.log
  build asan glasspost-viz || return 1
  python3 tests/processes/console_test.py build/asan/bin/glasspost-viz >"$file" 2>&1 && add 1 0 && return
  tail -n 60 "$file"
  return 1
}

# fuzz_one NAME:LENGTH: a decoder's inputs, in an order that the seed fixes. Prints what came of it.
fuzz_one() {
  local name=${1%:*} start=$SECONDS log found
  log=build/log/fuzz-$name.log
  mkdir -p "build/fuzz/found/$name"
  # shellcheck disable=SC2086
  if "build/fuzz/bin/${name}_fuzz" $fuzz_limits -max_len="${1#*:}" -entropic=0 -print_funcs=0 -timeout=10 \
    -rss_limit_mb=512 -malloc_limit_mb=128 -artifact_prefix="build/fuzz/found/$name-" \
    "build/fuzz/found/$name" "build/fuzz/corpus/$name" >"$log" 2>&1; then
    echo "fuzz: $name fine, $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log") inputs in $((SECONDS - start)) s"
    return
  fi
  grep -aE '^fuzz: broken rule|^ *#[0-9]+ 0x|ERROR: |SUMMARY: |Assertion' "$log" | head -n 40
  found=$(sed -n 's/.*Test unit written to //p' "$log" | head -n 1)
  if [ -n "$found" ]; then
    echo "  the input is $found; to see it again: build/fuzz/bin/${name}_fuzz $found"
  else
    tail -n 20 "$log"
  fi
  echo "fuzz: $name FAILED after $((SECONDS - start)) s, see $log"
}
export -f fuzz_one

# A million inputs for each decoder, begun from seeds of real runs; --all: ten million or five minutes, in
# another order, and a whole house.
fuzz() {
  local targets=(fuzzers)
  export fuzz_limits="-seed=1 -runs=1000000"
  if [ "$all" = yes ]; then
    fuzz_limits="-seed=2 -runs=10000000 -max_total_time=300"
    fuzz_targets+=(house:300)
    targets+=(house_fuzz)
  fi
  build fuzz "${targets[@]}" || return 1
  build/release/bin/glasspost_fuzz_seeds build/fuzz/corpus || return 1
  rm -rf build/fuzz/found
  mkdir -p build/fuzz/found
  printf '%s\0' "${fuzz_targets[@]}" | xargs -0 -n 1 -P 2 bash -c 'fuzz_one "$1"' - | tee $log/fuzz.log
  add "$(grep -c '^fuzz: .* fine, ' $log/fuzz.log)" "$(grep -c '^fuzz: .* FAILED after ' $log/fuzz.log)"
}

# Every C++ file of ours, known to git or new.
cpp_files() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard -- '*.cpp' '*.hpp'
  else
    find engine viz labs tests -name '*.[ch]pp' 2>/dev/null
  fi | sort -u | while read -r file; do if [ -f "$file" ]; then echo "$file"; fi; done
}

check_format() {
  cpp_files | xargs -r clang-format-14 --dry-run -Werror || return 1
  add 1 0
}

# The commit that changes are counted from: where this branch left the main line, or the one before.
base_commit() {
  local ref base
  for ref in origin/HEAD origin/main main; do
    base=$(git merge-base HEAD "$ref" 2>/dev/null) || continue
    if [ "$base" != "$(git rev-parse HEAD)" ]; then
      echo "$base"
      return
    fi
  done
  git rev-parse -q --verify HEAD~1 2>/dev/null
}

# The .cpp files changed since a commit, most changed lines first; a header stands for its .cpp.
changed_files() {
  {
    git diff --numstat --no-renames "$1" -- '*.cpp' '*.hpp'
    git ls-files --others --exclude-standard -- '*.cpp' '*.hpp' | xargs -r -d '\n' wc -l |
      awk '$2 != "total" {print $1, 0, $2}'
  } | awk '{sub(/hpp$/, "cpp", $3); lines[$3] += $1 + $2}
           END {for (file in lines) print lines[file], file}' | sort -k1,1nr -k2 | cut -d' ' -f2-
}

# tidy_one FILE: prints what clang-tidy finds; its exit status is the verdict.
tidy_one() {
  local file
  file=$(mktemp)
  if ! clang-tidy-14 -p build/log/tidy --quiet "$1" >"$file" 2>&1; then
    grep -vE 'warnings? (generated|treated)|^Suppressed|^Use -header-filter' "$file"
    echo "tidy: $1 FAILED"
  else
    echo "tidy: $1 fine"
  fi
  rm -f "$file"
}
export -f tidy_one

check_tidy() {
  local base files=() left=() file
  if [ "$all" = yes ]; then
    mapfile -t files < <(cpp_files | grep '\.cpp$')
  elif base=$(base_commit); then
    mapfile -t files < <(changed_files "$base")
  else
    echo "skipped: there is no earlier commit to compare with; ./run test --all checks every file"
    return
  fi
  # File by file, with the files that the release build has made. clang cannot read g++'s precompiled headers;
  # without them a missing #include shows, too.
  cmake --preset release -B build/log/tidy -DGLASSPOST_BUNDLES=OFF >$log/configure-tidy.log 2>&1 || return 1
  sed -i -E 's@-Winvalid-pch -include [^ ]*cmake_pch.hxx@@; s@/build/log/tidy/@/build/release/@g' \
    build/log/tidy/compile_commands.json
  mapfile -t files < <(for file in "${files[@]}"; do  # Those that exist and are compiled.
    if [ -f "$file" ] && grep -qF "/$file\"" build/log/tidy/compile_commands.json; then echo "$file"; fi
  done)
  if [ "$all" = no ] && [ ${#files[@]} -gt $tidy_limit ]; then
    left=("${files[@]:$tidy_limit}")
    files=("${files[@]:0:$tidy_limit}")
    printf 'the %d files that changed most; left to --all: %s\n' $tidy_limit "${left[*]}"
  fi
  [ ${#files[@]} -gt 0 ] || return 0
  printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P 2 bash -c 'tidy_one "$1"' - | tee $log/tidy.log
  add "$(grep -c '^tidy: .* fine$' $log/tidy.log)" "$(grep -c '^tidy: .* FAILED$' $log/tidy.log)"
}

sim_hash() {
  timeout 900 build/release/bin/glasspost sim --seeds 1..3 --faults hostile --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["hash"])'
}

# The same seeds must give the same world, whatever compiler and checker the program was built with: release
# is of g++, asan of clang without much optimizing; clang with it is built by --all only.
check_determinism() {
  local expected found preset presets=(asan)
  if [ "$all" = yes ]; then presets+=(clang); fi
  expected=$(sim_hash) || return 1
  echo "release: $expected"
  for preset in "${presets[@]}"; do
    build "$preset" glasspost_world_hash && found=$(timeout 900 "build/$preset/bin/glasspost_world_hash" 1 3) ||
      found="did not run"
    echo "$preset: $found"
    if [ "$found" = "$expected" ]; then add 1 0; else add 0 1; fi
  done
}

if [ ${#steps[@]} -gt 0 ]; then steps+=(build); fi  # The others use its programs.
step build "release: build" build release
if [ $failed -eq 0 ]; then
  step release "release: tests" release_tests
  step determinism "determinism: three seeds by both compilers, and under the sanitizers" check_determinism
else
  echo "The tests of the release build are left out: it did not compile."
fi
step asan "asan: address and undefined behaviour" sanitized asan "${sanitized_rooms[@]}"
step fuzz "fuzz: every decoder" fuzz
step format "style: clang-format" check_format
step tidy "style: clang-tidy" check_tidy
if [ "$all" = yes ] || [ ${#steps[@]} -gt 0 ]; then
  step console "asan: the console under a virtual display" sanitized_console
  step slow "release: slow tests" run_ctest slow -L '^slow$'
  step clang "clang: everything compiles" build clang
  mapfile -t every_room < <(find tests -name '*_test.cpp' -printf '%h\n' | sort -u | sed 's,^tests/,,' | grep -vx mutants)
  step tsan "tsan: data races" sanitized tsan "${every_room[@]}"
fi

printf '\n== Where the time went: by the clock, of processors ==\n'
printf '%s\n' "${timed[@]}"
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
