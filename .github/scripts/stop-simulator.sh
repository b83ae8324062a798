#!/usr/bin/env bash
# Stops the simulator with the process ID $SIMULATOR_PID and fails if a request did not match its API document.
set -euo pipefail

kill "$SIMULATOR_PID" || echo 'Error: The simulator had already exited.' >>simulator.log
for _ in {1..50}; do
  kill -0 "$SIMULATOR_PID" 2>/dev/null || break
  sleep 0.2
done
cat simulator.log
if grep -Eq '^(Violation|Error): ' simulator.log; then echo '::error::The simulator reported violations.' && exit 1; fi
