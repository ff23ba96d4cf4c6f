package import SimpaticoTree

/// The fields of the chat in residues, in the messages that branches post to one another, and in
/// the summary of a client's tree.
package enum ChatField {
  @inline(__always) package static var kind: Text { "kind" }
  /// The branch of the person, in connections, conversations and invitations.
  @inline(__always) package static var home: Text { "home" }
  @inline(__always) package static var name: Text { "name" }
  @inline(__always) package static var reason: Text { "reason" }

  // The home.
  @inline(__always) package static var session: Text { "session" }
  /// The branch of the newest connection.
  @inline(__always) package static var link: Text { "link" }
  @inline(__always) package static var attempt: Text { "attempt" }
  @inline(__always) package static var retryAt: Text { "retryAt" }
  @inline(__always) package static var onlineAt: Text { "onlineAt" }
  /// The requests of timers: for the next attempt, and for the next batch of greetings. They are
  /// no handles, which a snapshot leaves out: what a journal has after it is compared with them.
  @inline(__always) static var retryTimer: Text { "retryTimer" }
  @inline(__always) static var greetTimer: Text { "greetTimer" }
  /// The contact that was greeted last.
  @inline(__always) static var greeted: Text { "greeted" }

  // Connections.
  package static let keepAliveMilliseconds: Text = "keepAliveMilliseconds"
  package static let maximumCharacters: Text = "maximumCharacters"
  @inline(__always) static var keepAliveTimer: Text { "_keepAlive" }
  @inline(__always) static var pingedAt: Text { "pingedAt" }
  @inline(__always) static var missed: Text { "missed" }
  /// Frames that led to nothing and are not forgiven yet, and when that was last reckoned.
  @inline(__always) package static var vain: Text { "vain" }
  @inline(__always) static var vainAt: Text { "vainAt" }
  /// Look-ups that are not answered, and envelopes that came back.
  @inline(__always) static var asked: Text { "asked" }
  @inline(__always) static var cameBack: Text { "cameBack" }
  package static let roundTripMilliseconds: Text = "roundTripMilliseconds"
  package static let clockSkewMilliseconds: Text = "clockSkewMilliseconds"
  /// What waits to be sealed and to be opened, and how many there ever were.
  @inline(__always) package static var leaving: Text { "leaving" }
  @inline(__always) static var left: Text { "left" }
  @inline(__always) static var arriving: Text { "arriving" }
  @inline(__always) static var arrived: Text { "arrived" }
  /// The operation under way: `{request, place}`.
  @inline(__always) static var sealing: Text { "sealing" }
  @inline(__always) static var opening: Text { "opening" }
  @inline(__always) static var place: Text { "place" }
  /// Envelopes that were not opened, or held nothing that is taken.
  @inline(__always) package static var dropped: Text { "dropped" }
  @inline(__always) static var content: Text { "content" }
  /// The branch that an envelope comes from, and its own mark for it.
  @inline(__always) static var origin: Text { "origin" }
  @inline(__always) static var tag: Text { "tag" }
  /// Whether an envelope brings the sender's key.
  @inline(__always) static var introduces: Text { "introduces" }

  // Conversations.
  @inline(__always) package static var contact: Text { "contact" }
  @inline(__always) package static var notes: Text { "notes" }
  @inline(__always) package static var standing: Text { "standing" }
  /// The name of the own messages' row of numbers, drawn anew with each conversation.
  @inline(__always) package static var stream: Text { "stream" }
  /// How many own messages were numbered.
  @inline(__always) package static var written: Text { "written" }
  /// All messages by the place in which they came.
  @inline(__always) package static var messages: Text { "messages" }
  @inline(__always) package static var count: Text { "count" }
  @inline(__always) package static var phase: Text { "phase" }
  @inline(__always) package static var own: Text { "own" }
  /// The own messages that are not delivered: number → place.
  @inline(__always) package static var outbox: Text { "outbox" }
  /// The number that the contact had of our stream when they last said.
  @inline(__always) static var peerReceived: Text { "peerReceived" }
  /// The newest number of each of the contact's streams, and the stream of the newest message.
  @inline(__always) package static var incoming: Text { "incoming" }
  @inline(__always) package static var newest: Text { "newest" }
  /// The number up to which the person has read the newest stream.
  @inline(__always) package static var seen: Text { "seen" }
  @inline(__always) package static var unread: Text { "unread" }
  @inline(__always) static var unreadPlaces: Text { "unreadPlaces" }
  /// The own messages that are delivered and not yet read: number → place.
  @inline(__always) static var unseen: Text { "unseen" }
  /// The receipt that is to be sent: `{hello?, gap?}`.
  @inline(__always) static var owes: Text { "owes" }
  /// Whether the contact is there, as far as is known.
  @inline(__always) package static var isReachable: Text { "isReachable" }
  /// Whether something was removed that may still stand in what is kept.
  @inline(__always) package static var forgetting: Text { "forgetting" }
  package static let maximumTextBytes: Text = "maximumTextBytes"

  /// The request of the timer of a conversation or an invitation.
  @inline(__always) static var waitTimer: Text { "waitTimer" }

  // Invitations.
  @inline(__always) package static var invitation: Text { "invitation" }
  @inline(__always) package static var role: Text { "role" }
  @inline(__always) package static var note: Text { "note" }
  @inline(__always) package static var channel: Text { "channel" }
  @inline(__always) package static var expiresAt: Text { "expiresAt" }
  package static let expiresInMilliseconds: Text = "expiresInMilliseconds"
  @inline(__always) package static var secretName: Text { "secretName" }
  /// The host's fingerprint and key, on the guest's side.
  @inline(__always) package static var host: Text { "host" }
  @inline(__always) static var hostPublicKeyPem: Text { "hostPublicKeyPem" }
  /// Who proved to know the secret, on the host's side.
  @inline(__always) package static var guest: Text { "guest" }
  /// Who claims to know it, how many ever did, and the comparison under way: `{request, place}`.
  @inline(__always) static var claims: Text { "claims" }
  @inline(__always) static var claimed: Text { "claimed" }
  @inline(__always) static var comparing: Text { "comparing" }
  /// What the guest waits for: `network`, `host` or `answer`.
  @inline(__always) package static var waitingFor: Text { "waitingFor" }

  // The summary.
  @inline(__always) package static var connection: Text { "connection" }
  @inline(__always) package static var contacts: Text { "contacts" }
  @inline(__always) package static var blocked: Text { "blocked" }
  @inline(__always) package static var invitations: Text { "invitations" }
  @inline(__always) package static var hosted: Text { "hosted" }
  @inline(__always) static var guests: Text { "guests" }
  @inline(__always) package static var branch: Text { "branch" }
}
