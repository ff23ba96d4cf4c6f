// SimpaticoRelayTests
