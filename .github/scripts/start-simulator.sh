#!/usr/bin/env bash
# Starts the simulator of the API in the background, with the arguments of this script, and waits until it listens.
# Sets the step's outputs `url` and `pid`. The simulator's output goes to simulator.log, which stop-simulator.sh shows.
set -euo pipefail

: >simulator.log
# Its own session: some runners give each step a terminal that hangs up at its end, and Node resets nohup.
setsid node --import tsx test/simulator/main.ts "$@" >>simulator.log 2>&1 </dev/null &
pid=$!
until url=$(grep -oE '^Simulator listening on .+' simulator.log); do
  kill -0 "$pid" 2>/dev/null || { cat simulator.log && echo '::error::The simulator did not start.' && exit 1; }
  sleep 0.2
done
printf 'url=%s\npid=%s\n' "${url##* }" "$pid" >>"$GITHUB_OUTPUT"
