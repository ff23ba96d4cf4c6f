// SimpaticoProtocol
