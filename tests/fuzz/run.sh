#!/usr/bin/env bash
# Runs the fuzzers of build/fuzz: run.sh SECONDS [TARGET...]. First every canary, whose planted bug
# must be found, then each fuzzer. Called by `./dev fuzz`, which builds them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=$1
shift
canary_seconds=120
programs=build/fuzz/tests/fuzz
work=build/corpus

say() { printf 'fuzz: %s\n' "$*" >&2; }

# Words in quotes, one dictionary entry each, of the lines of the files that match the pattern.
quoted_words() {  # pattern file...
  local pattern=$1
  shift
  grep -hE "$pattern" "$@" | grep -oE "\"[^\" \\\\]{1,20}\"|'[^' \\\\]{1,20}'" |
    sed -E "s/^.(.*).\$/\"\1\"/"
}

# Names of a .def list: VPL_BUILTIN(name, ... or VPL_AGGREGATE(Name, name, ...
listed_words() { grep -ohE '^VPL_[A-Z]+\([A-Za-z]+, ?[a-z_]*' "$@" | grep -oE '[a-z_0-9]+$|\([a-z_0-9]+' |
  sed -E 's/^\(?(.*)$/"\1"/'; }

dictionary() {  # target
  case "$1" in
    parser | format)
      quoted_words "^[A-Z_]+: '|^ *: *'" grammar/VplLexer.g4
      quoted_words '"' compiler/ast/stream_operators.cpp
      listed_words compiler/ir/builtin_kind.def compiler/sema/aggregate_kind.def
      ;;
    kernel_text)
      quoted_words . compiler/ir/kernel_words.h compiler/ir/kernel_parser.cpp \
        compiler/ir/kernel_parser_insts.cpp compiler/ir/type.cpp
      listed_words compiler/ir/builtin_kind.def
      ;;
    json | evt) cat tests/fuzz/events.dict ;;
    checkpoint) echo '"\xff\xff\xff\xff\xff\xff\xff\xff"' ;;
  esac | sort -u
}

# Programs of the repository are seeds as well.
seed() {  # target folder
  cp tests/fuzz/corpus/"$1"/* "$2"
  [ "$1" = parser ] || [ "$1" = format ] || return 0
  local file
  git ls-files '*.vpl' | while read -r file; do cp "$file" "$2/$(tr / _ <<<"$file")"; done
}

fuzz() {  # target program seconds folder
  mkdir -p "$work/found"
  # Readers allocate large buffers: a long quarantine costs more than it finds. A loop over a range may stand for
  # ten thousand statements, which sanitizers make last.
  ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=8 "$programs/$2" -max_total_time="$3" -max_len=4096 -timeout=60 \
    -rss_limit_mb=3000 -dict="$work/$1.dict" -artifact_prefix="$work/found/$2-" \
    -print_final_stats=1 "$4"
}

run_canary() {  # target
  local folder=$work/$1_canary log=$work/$1_canary.log
  rm -rf "$folder"
  mkdir -p "$folder"
  seed "$1" "$folder"
  "$programs/$1_canary" -runs=0 "$folder" >"$log" 2>&1 ||
    { say "$1: a seed already contains the planted bug, see $log"; return 1; }
  if fuzz "$1" "$1_canary" "$canary_seconds" "$folder" >"$log" 2>&1; then
    say "$1: the planted bug was not found in $canary_seconds s, see $log"
    return 1
  fi
  grep -q 'heap-buffer-overflow.*' "$log" && grep -q 'Canary' "$log" ||
    { say "$1: something else than the planted bug was found, see $log"; return 1; }
  say "$1: planted bug found after $(grep -oE '^#[0-9]+' "$log" | tail -n 1 | tr -d '#') runs"
}

targets=("$@")
if [ $# = 0 ]; then
  for program in "$programs"/*_fuzzer; do targets+=("$(basename "$program" _fuzzer)"); done
fi
mkdir -p "$work"
for target in "${targets[@]}"; do dictionary "$target" >"$work/$target.dict"; done
for target in "${targets[@]}"; do run_canary "$target"; done
for target in "${targets[@]}"; do
  mkdir -p "$work/$target"
  seed "$target" "$work/$target"
  say "$target: $seconds s, from $(find "$work/$target" -type f | wc -l) inputs"
  fuzz "$target" "${target}_fuzzer" "$seconds" "$work/$target"
done
