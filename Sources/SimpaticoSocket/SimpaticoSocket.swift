// SimpaticoSocket
