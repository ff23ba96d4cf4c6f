-- A store as the first release wrote it. Never change this file: it stands for the files that
-- people have.
PRAGMA application_id = 1397312848;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('1');
CREATE TABLE entry (
  node INTEGER PRIMARY KEY, branch INTEGER NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE INDEX entryOfBranch ON entry (branch, node);
CREATE TABLE snapshot (nodeCount INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT;
CREATE TABLE identity (
  number INTEGER PRIMARY KEY CHECK (number = 1), content TEXT NOT NULL
) STRICT;
CREATE TABLE secret (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
CREATE TABLE setting (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
INSERT INTO entry VALUES
  (3, 1, '{"branch":1,"branches":2,"node":3,"parent":1,"random":7,"time":1000,"value":{"n":1}}'),
  (5, 1, '{"branch":1,"branches":3,"node":5,"parent":3,"random":"ffffffffffffffff","time":1001,"value":{"n":2}}'),
  (6, 3, '{"branch":3,"branches":4,"node":6,"parent":1,"random":0,"time":1002,"value":{"gone":{"_delete":true}}}');
INSERT INTO snapshot VALUES (6, '{"branches":3,"leaves":[{"branch":1,"depth":3,"first":3,"hasBaseHandlers":true,"node":5,"parent":3,"random":"ffffffffffffffff","residue":{"n":3},"start":1,"time":1001,"value":{"n":2}}],"nodes":6,"summary":{"1":2}}');
INSERT INTO identity VALUES (1, '"-----BEGIN PRIVATE KEY-----"');
INSERT INTO secret VALUES ('invitation 1', '"a secret"');
INSERT INTO setting VALUES ('name', '"alice"'), ('volume', '0.5');
