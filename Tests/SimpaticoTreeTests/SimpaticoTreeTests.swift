// SimpaticoTreeTests
