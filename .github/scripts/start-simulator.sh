#!/usr/bin/env bash
# Starts the simulator of the API in the background, with the arguments of this script, and waits until it listens.
# Sets the step's outputs `url` and `pid`. Its own output goes to simulator.log, which stop-simulator.sh shows.
set -euo pipefail

: >simulator.log
# Its own session: some runners give each step a terminal that hangs up at its end, and Node resets nohup.
setsid node --import tsx test/simulator/main.ts "$@" >>simulator.log 2>&1 </dev/null &
pid=$!

for _ in {1..150}; do
  url=$(sed -n 's/^Simulator listening on //p' simulator.log)
  if [[ -n $url ]]; then
    printf 'url=%s\npid=%s\n' "$url" "$pid" >>"$GITHUB_OUTPUT"
    echo "The simulator listens on $url."
    exit 0
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.2
done

echo '::error::The simulator did not start.'
cat simulator.log
exit 1
