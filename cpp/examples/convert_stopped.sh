#!/bin/sh
# usage: convert_stopped.sh CONVERT SOURCE TARGET
# Stops a conversion that would take minutes as soon as it has begun: nothing of it is to be left.
"$1" "$2" "$3" --format wkw --memory 16M &
job=$!
staging() { find "$(dirname "$3")" -maxdepth 1 -name ".$(basename "$3").*"; }
until [ -n "$(staging "$@")" ]; do
    kill -0 $job || exit 1
    sleep 0.05
done
kill -TERM $job
wait $job
[ $? -eq 143 ] && [ ! -e "$3" ] && [ -z "$(staging "$@")" ] && echo "nothing is left"
