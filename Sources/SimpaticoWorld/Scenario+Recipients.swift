extension Scenario {
  /// Recipients who are not there, and people with whom one has nothing to do.
  static let recipients: StaticString = #"""
    [{"name":"recipient-unknown",
    "title":"A link leads to somebody whom no relay has seen",
    "text":
    "The guest stays in REQUEST_PUBLIC_KEY, waits for the host and asks ever more rarely.",
    "ends":600000,"settings":{"clients":2,"script":[
    {"at":1000,"client":1,"do":"followUnknown","with":40}]}},
    {"name":"recipient-unverified",
    "title":"The recipient is connected and has not proved its key",
    "text":
    "To the sender that is as if offline; the message arrives when the recipient is VERIFIED.",
    "ends":120000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":9000,"client":1,"do":"tamper","handler":"register2","how":"drop"},
    {"at":9001,"client":1,"do":"disconnect"},
    {"at":12000,"client":0,"do":"write","with":1,"text":"are you there?"}]}},
    {"name":"recipient-offline",
    "title":"The recipient is offline",
    "text":
    "The relay returns the envelopes; all messages arrive in order when the recipient is back.",
    "ends":120000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":9000,"client":1,"do":"stop"},
    {"at":10000,"client":0,"do":"write","with":1,"text":"one"},
    {"at":11000,"client":0,"do":"write","with":1,"text":"two"},
    {"at":60000,"client":1,"do":"start"}]}},
    {"name":"too-long",
    "title":"A message is longer than fits into an envelope",
    "text":"It is FAILED at once, and says by how much; those after it arrive.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":5000,"client":0,"do":"write","with":1,"text":"0123456789abcdef","times":128},
    {"at":5001,"client":0,"do":"write","with":1,"text":"short"}]}},
    {"name":"too-long-frame",
    "title":"A client sends a frame that is longer than the limit",
    "text":
    "The server refuses it like any breach: UNVERIFIED and 1008; the client connects anew.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":5000,"client":0,"do":"inject","text":"0123456789abcdef","to":"server","times":512}]}},
    {"name":"blocked",
    "title":"One blocks the other, who goes on writing",
    "text":"Nothing of the blocked is opened or answered: their messages stay SENT.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":5000,"client":0,"do":"block","with":1},
    {"at":6000,"client":1,"do":"write","with":0,"text":"hello?"}]}},
    {"name":"unblocked",
    "title":"A block is taken back",
    "text":"What was written meanwhile arrives.",
    "ends":120000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":5000,"client":0,"do":"block","with":1},
    {"at":6000,"client":1,"do":"write","with":0,"text":"hello?"},
    {"at":30000,"client":0,"do":"unblock","with":1}]}},
    {"name":"removed",
    "title":"One removes the other; later they meet again",
    "text":
    "What had not arrived is FAILED; after another invitation both talk in a new conversation.",
    "ends":120000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":5000,"client":0,"do":"remove","with":1},
    {"at":6000,"client":1,"do":"write","with":0,"text":"hello?"},
    {"at":30000,"client":0,"do":"invite"},
    {"at":31000,"client":1,"do":"follow","with":0},
    {"at":40000,"client":0,"do":"write","with":1,"text":"hello again"}]}}]
    """#
}
