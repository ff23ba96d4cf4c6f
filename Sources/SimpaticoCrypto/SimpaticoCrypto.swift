// SimpaticoCrypto
