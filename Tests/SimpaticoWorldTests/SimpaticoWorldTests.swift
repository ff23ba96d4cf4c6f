// SimpaticoWorldTests
