/// Why a client could not do what it was asked to.
public enum ClientError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The server's address is none: `http`, `https`, `ws` or `wss`, and a host.
  case badServer(String)
  /// No server was named, and the file knows none.
  case serverNeeded
  /// The file of certificates that are to be believed cannot be used; the text says why.
  case badCertificates(String)
  /// A text, such as "a name" or "a note", has more than so many characters.
  case tooLong(String, limit: Int)
  /// An invitation is to last for less than a second or for more than a year.
  case badExpiry
  /// The file with the client's data cannot be used; the text says why and what to do.
  case store(String)
  /// The key is encrypted, and no passphrase was given.
  case passphraseNeeded
  /// The passphrase does not open the key.
  case wrongPassphrase
  /// The text is no private key that can be used; the text says why.
  case badKey(String)
  /// The file is somebody else's already, of this fingerprint.
  case otherIdentity(String)
  /// The text is no invitation link.
  case badLink
  /// The link is of another relay, at this address.
  case otherRelay(String)
  /// There is no contact of this fingerprint, or it is blocked.
  case unknownContact(String)
  /// There is no invitation of this name.
  case unknownInvitation(String)
  /// The text has more bytes than fit into one message; it was not sent.
  case textTooLong(bytes: Int, limit: Int)
  /// The text is empty.
  case textEmpty
  /// The protocol does not allow it now; the text says why.
  case refused(String)
  /// The client is closed.
  case closed
  /// The task that waited was cancelled. What it had begun goes on.
  case cancelled

  /// One sentence that says what is wrong and, where something can be done, what.
  public var description: String {
    switch self {
    case .badServer(let server):
      "“\(server)” is no server's address, such as https://relay.example"
    case .serverNeeded: "no relay is known yet: name one, such as https://relay.example"
    case .badCertificates(let reason): reason
    case .tooLong(let text, let limit): "\(text) has at most \(limit) characters"
    case .badExpiry: "an invitation lasts from a second to a year"
    case .store(let reason): reason
    case .passphraseNeeded: "the key is encrypted: its passphrase is needed"
    case .wrongPassphrase: "the passphrase does not open the key"
    case .badKey(let reason): reason
    case .otherIdentity(let id):
      "this file has the key of \(id) already: name another file, or move this one away"
    case .badLink: "this is no invitation link: it must be whole, up to its last character"
    case .otherRelay(let page): "this invitation is for another relay: \(page)"
    case .unknownContact(let id): "there is no contact \(id), or it is blocked"
    case .unknownInvitation(let id): "there is no invitation \(id)"
    case .textTooLong(let bytes, let limit):
      "the text is \(bytes) bytes long, and \(limit) fit into one message"
    case .textEmpty: "there is no text to send"
    case .refused(let reason): reason
    case .closed: "the client is closed"
    case .cancelled: "nobody waits for it any more"
    }
  }
}
