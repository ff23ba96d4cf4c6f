// SimpaticoCryptoTests
