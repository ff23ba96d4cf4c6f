// SimpaticoWeb
