# shellcheck shell=bash
# What `./run demo` does, step by step: a cluster of its own, some people who write, the console, and
# nothing left behind. Sourced by ./run, which brings fail().
# shellcheck disable=SC2154

demo_seconds=0 demo_shot='' demo_headless=no demo_size=1600x900 demo_words=(--tour)
demo_folder='' demo_people='' demo_screen='' demo_bin=build/release/bin

demo_help() {
  cat <<'TEXT'
usage: ./run demo [options]

Starts a cluster (preset classroom), a small population that writes to each other, and the console,
which opens with a tour of one minute. When the console is closed, everything is ended and removed.

  --headless       without a display: on a virtual screen (Xvfb)
  --seconds N      end after N seconds; with --headless 20 unless you say otherwise
  --shot FILE.png  save a picture of the console before it ends
  --size WxH       of the window or virtual screen; 1600x900
  --no-tour        begin without the captions
  --yes            install missing Debian packages without asking

examples
  ./run demo
  ./run demo --headless --seconds 20 --shot demo.png
TEXT
}

# demo_options WORD...: reads what follows `demo`.
demo_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --headless) demo_headless=yes ;;
      --seconds) demo_seconds=${2:-} && shift ;;
      --shot) demo_shot=${2:-} && shift ;;
      --size) demo_size=${2:-} && shift ;;
      --no-tour) demo_words=() ;;
      --yes | --no-install) ;;
      --help | -h) demo_help && exit 0 ;;
      *) fail "'$1' is not an option of demo; ./run demo --help lists them" ;;
    esac
    [ $# -gt 0 ] && shift
  done
  [[ $demo_seconds =~ ^[0-9]{1,5}$ ]] || fail "--seconds wants a whole number, like 20"
  [[ $demo_size =~ ^[0-9]{3,4}x[0-9]{3,4}$ ]] || fail "--size wants WIDTHxHEIGHT, like 1600x900"
  [ "$demo_headless" = yes ] && [ "$demo_seconds" = 0 ] && demo_seconds=20
  if [ -n "$demo_shot" ]; then
    [[ $demo_shot == *.png ]] || fail "--shot wants a name that ends in .png"
    [ -d "$(dirname "$demo_shot")" ] || fail "--shot: there is no folder $(dirname "$demo_shot")"
  fi
}

# The last thing, whatever happened before.
demo_end() {
  local status=$?
  trap - EXIT INT TERM
  set +e  # nothing may keep the rest from being ended, too
  [ -n "$demo_people" ] && kill "$demo_people" 2>/dev/null && wait "$demo_people" 2>/dev/null
  if [ -n "$demo_folder" ]; then
    "$demo_bin/glasspost" down --dir "$demo_folder/demo" >/dev/null 2>&1
    rm -rf "$demo_folder"
  fi
  [ -n "$demo_screen" ] && kill "$demo_screen" 2>/dev/null && wait "$demo_screen" 2>/dev/null
  exit "$status"
}

# A virtual screen on a free number; DISPLAY names it.
demo_virtual_screen() {
  command -v Xvfb >/dev/null || fail "Xvfb is not installed, and --headless needs it; run without --no-install"
  local number="$demo_folder/display"
  Xvfb -displayfd 3 -screen 0 "${demo_size}x24" -nolisten tcp 3>"$number" 2>"$demo_folder/xvfb.log" &
  demo_screen=$!
  for _ in $(seq 100); do
    [ -s "$number" ] && break
    kill -0 "$demo_screen" 2>/dev/null || fail "Xvfb did not start: $(tail -n 1 "$demo_folder/xvfb.log")" 1
    sleep 0.1
  done
  DISPLAY=:$(cat "$number")
  export DISPLAY LIBGL_ALWAYS_SOFTWARE=1
}

demo() {
  demo_folder=$(mktemp -d "${TMPDIR:-/tmp}/glasspost-demo-XXXXXX") ||
    fail "a folder for the cluster cannot be made below ${TMPDIR:-/tmp}; set TMPDIR to one that you can write"
  trap demo_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ "$demo_headless" = yes ]; then
    demo_virtual_screen
  elif [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    fail "there is no display to open a window on; ./run demo --headless --shot demo.png draws without one"
  fi
  local run="$demo_folder/demo" words=(--dir "$demo_folder/demo" --width "${demo_size%x*}" --height "${demo_size#*x}" "${demo_words[@]}")
  "$demo_bin/glasspost" up --preset classroom --dir "$run" >"$demo_folder/up.log" || fail "the cluster did not start" 1
  "$demo_bin/glasspost" load --dir "$run" --users 8 --devices 2 --rate 12 --seconds 86400 \
    >"$demo_folder/people.log" 2>&1 &
  demo_people=$!
  [ "$demo_seconds" = 0 ] || words+=(--seconds "$demo_seconds" --summary)
  [ -z "$demo_shot" ] || words+=(--shot "$demo_shot")
  local status=0
  "$demo_bin/glasspost-viz" "${words[@]}" || status=$?
  return $status
}
