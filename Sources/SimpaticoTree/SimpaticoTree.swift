// SimpaticoTree
