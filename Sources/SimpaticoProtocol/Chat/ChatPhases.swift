public import SimpaticoTree

/// What a branch of a client's tree is about. A branch without a kind is a connection; those with
/// one last longer than the process, and a journal keeps them.
enum Kind: UInt8, Spelled {
  /// The person's own branch: it keeps the client connected.
  case home
  /// What is between the person and one contact.
  case conversation
  /// One invitation, the host's side or the guest's.
  case invitation

  var spelling: Text {
    switch self {
    case .home: "home"
    case .conversation: "conversation"
    case .invitation: "invitation"
    }
  }

  var value: Value { .string(spelling) }

  /// Nil for a connection.
  init?(of residue: Value) { self.init(spelling: residue[ChatField.kind]) }
}

/// How a client is connected to its relay, over all its attempts.
public enum SessionPhase: UInt8, Sendable, CaseIterable, Spelled {
  /// It is not to be connected.
  case stopped
  /// A connection is being made and registered.
  case connecting
  /// A connection is verified.
  case online
  /// The last connection ended; the next attempt has its time.
  case waiting
  /// A newer connection took over with the same key, so this one does not fight for it.
  case replaced

  var spelling: Text {
    switch self {
    case .stopped: "STOPPED"
    case .connecting: "CONNECTING"
    case .online: "ONLINE"
    case .waiting: "WAITING"
    case .replaced: "REPLACED"
    }
  }

  /// As the tree spells it.
  public var name: Text { spelling }

  /// The phase of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Whether it may go from one phase to another; nil stands for "not begun".
  static func leads(from phase: SessionPhase?, to next: SessionPhase) -> Bool {
    switch (phase, next) {
    case (nil, .stopped), (nil, .connecting),
      (.stopped, .connecting),
      (.connecting, .online), (.connecting, .waiting), (.connecting, .replaced),
      (.online, .waiting), (.online, .replaced),
      (.waiting, .connecting), (.replaced, .connecting):
      true
    case (let phase?, .stopped): phase != .stopped
    default: false
    }
  }
}

/// How far a message has come.
public enum DeliveryPhase: UInt8, Sendable, CaseIterable, Spelled {
  /// It waits until both are there.
  case queued
  /// It is being sealed.
  case sending
  /// The relay has it.
  case sent
  /// The contact's device has it.
  case delivered
  /// The contact has seen it, or, of a contact's message, the person has.
  case read
  /// It will not arrive; a reason stands beside.
  case failed
  /// It is a contact's message that has arrived.
  case received

  var spelling: Text {
    switch self {
    case .queued: "QUEUED"
    case .sending: "SENDING"
    case .sent: "SENT"
    case .delivered: "DELIVERED"
    case .read: "READ"
    case .failed: "FAILED"
    case .received: "RECEIVED"
    }
  }

  /// As the tree spells it.
  public var name: Text { spelling }

  /// The phase of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Whether it may go from one phase to another; nil stands for "not begun". What was sent is
  /// queued again where it may have been lost, and an answer to the first sending may still come.
  static func leads(from phase: DeliveryPhase?, to next: DeliveryPhase) -> Bool {
    switch (phase, next) {
    case (nil, .queued), (nil, .failed), (nil, .received),
      (.queued, .sending), (.queued, .delivered), (.queued, .read), (.queued, .failed),
      (.sending, .queued), (.sending, .sent), (.sending, .delivered), (.sending, .read),
      (.sending, .failed),
      (.sent, .queued), (.sent, .delivered), (.sent, .read), (.sent, .failed),
      (.delivered, .read), (.failed, .queued), (.received, .read):
      true
    default: false
    }
  }

  /// Whether the contact may not have it yet, though it is on its way or will be.
  public var isPending: Bool {
    switch self {
    case .queued, .sending, .sent: true
    case .delivered, .read, .failed, .received: false
    }
  }
}

/// How far an invitation has come, on the host's side or on the guest's.
public enum InvitationPhase: UInt8, Sendable, CaseIterable, Spelled {
  /// The host's secret is being drawn.
  case computing
  /// The host waits for a guest.
  case invited
  /// The guest asks the relay for the host's key.
  case requestPublicKey
  /// The guest proves to know the secret, and waits for the host's answer.
  case proving
  /// Both know each other.
  case verified
  case expired
  /// Another guest was there first.
  case used
  /// The host took it back.
  case revoked
  /// The host knows no such invitation, or the secret is wrong.
  case unknown
  /// The guest gave up.
  case cancelled

  var spelling: Text {
    switch self {
    case .computing: "COMPUTING"
    case .invited: "INVITED"
    case .requestPublicKey: "REQUEST_PUBLIC_KEY"
    case .proving: "PROVING"
    case .verified: "VERIFIED"
    case .expired: "EXPIRED"
    case .used: "USED"
    case .revoked: "REVOKED"
    case .unknown: "UNKNOWN"
    case .cancelled: "CANCELLED"
    }
  }

  /// As the tree and the wire spell it.
  public var name: Text { spelling }

  /// The phase of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Whether it has neither succeeded nor failed.
  public var isPending: Bool {
    switch self {
    case .computing, .invited, .requestPublicKey, .proving: true
    case .verified, .expired, .used, .revoked, .unknown, .cancelled: false
    }
  }

  /// Whether it may go from one phase to another; nil stands for "not begun".
  static func leads(from phase: InvitationPhase?, to next: InvitationPhase) -> Bool {
    switch (phase, next) {
    case (nil, .computing), (nil, .requestPublicKey),
      (.computing, .invited), (.computing, .expired), (.computing, .revoked),
      (.invited, .verified), (.invited, .expired), (.invited, .revoked),
      (.requestPublicKey, .proving), (.requestPublicKey, .expired),
      (.requestPublicKey, .cancelled),
      (.proving, .requestPublicKey), (.proving, .verified), (.proving, .expired),
      (.proving, .used), (.proving, .revoked), (.proving, .unknown), (.proving, .cancelled):
      true
    default: false
    }
  }
}

/// What a contact is to the person.
public enum Standing: UInt8, Sendable, CaseIterable, Spelled {
  case known
  /// Nothing of theirs is opened or answered.
  case blocked
  /// Forgotten; a new invitation makes a new conversation.
  case removed

  var spelling: Text {
    switch self {
    case .known: "KNOWN"
    case .blocked: "BLOCKED"
    case .removed: "REMOVED"
    }
  }

  /// As the tree spells it.
  public var name: Text { spelling }

  /// The standing of that name, or nil where there is none.
  public init?(_ value: Value?) { self.init(spelling: value) }

  /// Whether it may go from one to another; nil stands for "not begun".
  static func leads(from standing: Standing?, to next: Standing) -> Bool {
    switch (standing, next) {
    case (nil, .known), (.known, .blocked), (.blocked, .known), (.known, .removed),
      (.blocked, .removed):
      true
    default: false
    }
  }
}
