// SimpaticoProtocolTests
