#!/usr/bin/env bash
# Ends the simulator with the process ID $SIMULATOR_PID and fails if it tells of a request that its document does not allow.
set -euo pipefail

if ! kill "$SIMULATOR_PID"; then
  echo '::error::The simulator was gone before its end.'
  cat simulator.log
  exit 1
fi
for _ in {1..50}; do
  kill -0 "$SIMULATOR_PID" 2>/dev/null || break
  sleep 0.2
done

cat simulator.log
if grep -Eq '^(Violation|Error): ' simulator.log; then
  echo '::error::The simulator has complaints.'
  exit 1
fi
