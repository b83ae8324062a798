// What Node itself needs to start and to end.
