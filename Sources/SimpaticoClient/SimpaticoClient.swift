// SimpaticoClient
