// SimpaticoWorld
