void simpatico_placeholder(void);
