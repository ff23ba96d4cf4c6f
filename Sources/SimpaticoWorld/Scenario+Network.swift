extension Scenario {
  /// The wire between a client and its relay.
  static let network: StaticString = #"""
    [{"name":"meeting",
    "title":"Two meet by a link and talk",
    "text":"Both are contacts; every message is READ.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":5000,"client":0,"do":"write","with":1,"text":"hello bob"},
    {"at":6000,"client":1,"do":"write","with":0,"text":"hello alice"},
    {"at":7000,"client":1,"do":"read","with":0},
    {"at":8000,"client":0,"do":"read","with":1}]}},
    {"name":"server-refuses",
    "title":"The server refuses connections for a while",
    "text":
    "The session is WAITING between attempts that come ever more rarely, then ONLINE by itself.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":0,"client":0,"do":"relayRestart","down":20000}]}},
    {"name":"closed-after-opening",
    "title":"The server closes after the connection opens",
    "text":"That registration ends in ERROR; the next attempt is VERIFIED.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":0,"client":0,"do":"fault","afterFrames":0,"code":1001,"fault":"close",
    "reason":"maintenance"}]}},
    {"name":"closed-after-challenge",
    "title":"The server closes after its challenge",
    "text":"That registration ends in ERROR; the next attempt is VERIFIED.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":0,"client":0,"do":"fault","afterFrames":1,"code":1001,"fault":"close",
    "reason":"maintenance"}]}},
    {"name":"closed-after-response",
    "title":"The server closes after the response",
    "text":"That registration ends in ERROR; the next attempt is VERIFIED.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":0,"client":0,"do":"fault","afterFrames":2,"code":1001,"fault":"close",
    "reason":"maintenance"}]}},
    {"name":"closed-after-verdict",
    "title":"The server closes after its verdict",
    "text":"The connection had been VERIFIED; the next attempt is, too.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":0,"client":0,"do":"fault","afterFrames":3,"code":1001,"fault":"close",
    "reason":"maintenance"}]}},
    {"name":"relay-returns",
    "title":"The relay goes away in mid-sentence and returns",
    "text":"Both come back by themselves; what was written meanwhile arrives once, in order.",
    "ends":240000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":10000,"client":0,"do":"write","with":1,"text":"one"},
    {"at":10020,"client":0,"do":"relayRestart","down":30000},
    {"at":15000,"client":0,"do":"write","with":1,"text":"two"},
    {"at":16000,"client":1,"do":"write","with":0,"text":"three"}]}},
    {"name":"silent-wire",
    "title":"A wire goes silent, and neither end is told",
    "text":"The client misses two pongs, closes with 4002 and connects anew; nothing is lost.",
    "ends":240000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":10000,"client":1,"do":"unplug"},
    {"at":11000,"client":0,"do":"write","with":1,"text":"are you there?"}]}},
    {"name":"killed",
    "title":"A client's process is killed as it sends",
    "text":"It starts again from its journal; the message arrives once.",
    "ends":240000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":10000,"client":0,"do":"write","with":1,"text":"one"},
    {"at":10001,"client":0,"do":"crash","down":5000},
    {"at":20000,"client":0,"do":"write","with":1,"text":"two"}]}},
    {"name":"clock-forward",
    "title":"A clock is set forward by two weeks",
    "text":
    "Connections and messages go on; an invitation of a week is EXPIRED when its guest comes.",
    "ends":60000,"settings":{"clients":3,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":5000,"client":0,"do":"invite"},
    {"at":6000,"client":0,"do":"turnClock","milliseconds":1209600000},
    {"at":7000,"client":0,"do":"write","with":1,"text":"from the future"},
    {"at":8000,"client":2,"do":"follow","with":0}]}},
    {"name":"clock-back",
    "title":"A clock is set back beyond the beginning of time",
    "text":"Connections and messages go on; no duration becomes negative.",
    "ends":120000,"settings":{"clients":2,"script":[
    {"at":1000,"client":0,"do":"invite"},
    {"at":2000,"client":1,"do":"follow","with":0},
    {"at":6000,"client":0,"do":"turnClock","milliseconds":-1209600000},
    {"at":7000,"client":0,"do":"write","with":1,"text":"from the past"},
    {"at":8000,"client":0,"do":"disconnect"},
    {"at":40000,"client":0,"do":"write","with":1,"text":"still"}]}},
    {"name":"second-device",
    "title":"Another device connects with the same key",
    "text":
    "The older connection is closed with 4001 and its session REPLACED: it does not fight back.",
    "ends":60000,"settings":{"clients":2,"script":[
    {"at":5000,"client":0,"do":"connectTwice"}]}}]
    """#
}
