#!/usr/bin/env bash
# Runs each fuzz target in turn, and says how often.
#
# usage: run.sh BUILD SECONDS [TARGET ...]    BUILD: the folder that the preset fuzz builds in
set -euo pipefail

build=$1 seconds=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
(($#)) || set -- $(cd "$here/targets" && ls -- *.cpp | sed 's/\.cpp$//')
mkdir -p "$build/findings"

failed=0
for target in "$@"; do
    mkdir -p "$build/corpus/$target"
    log=$build/findings/$target.log
    # Decoders of lzma may rightly ask for 192 MiB.
    "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=1024 -timeout=10 -rss_limit_mb=1024 \
        -malloc_limit_mb=256 -print_final_stats=1 -artifact_prefix="$build/findings/$target-" \
        "$build/corpus/$target" "$here/corpus/$target" > "$log" 2>&1 && result=ok || result=FAILED
    [[ $result == ok ]] || failed=1
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-24s %12s executions  %s\n' "$target" "${executions:-?}" "$result"
done
((failed == 0)) || { echo "Inputs and messages of what failed: $build/findings" >&2; exit 1; }
