// SimpaticoRelay
