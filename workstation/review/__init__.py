"""What the specialist does, one verb per file: no Qt, no SQL, no HTTP; every port is handed in."""
