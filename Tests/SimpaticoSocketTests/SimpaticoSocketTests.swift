// SimpaticoSocketTests
