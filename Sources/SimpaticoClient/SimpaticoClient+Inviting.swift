import NIOCore
import SimpaticoProtocol
import SimpaticoTree

extension SimpaticoClient {
  /// All invitations, made and followed, in the order in which they were begun.
  public var invitations: [Invitation] {
    get async { await read { $0.invitations } }
  }

  /// Makes an invitation. Its ``link(of:)`` can be handed on at once; it works once.
  ///
  /// - Parameters:
  ///   - note: for oneself, whom it is for; it becomes the contact's notes. At most 256 characters.
  ///   - channel: how the link is handed on, for oneself; at most 64 characters.
  ///   - expiresIn: from a second to a year; nil is a week.
  /// - Throws: ``ClientError/tooLong(_:limit:)``, ``ClientError/badExpiry``,
  ///   ``ClientError/closed``, ``ClientError/store(_:)``.
  @discardableResult
  public func invite(
    note: String = "", channel: String = "", expiresIn: Duration? = nil
  ) async throws(ClientError) -> Invitation {
    try ClientLimit.invitationNote.check(note)
    try ClientLimit.channel.check(channel)
    if let expiresIn, !(.seconds(1) ... .seconds(31_536_000)).contains(expiresIn) {
      throw .badExpiry
    }
    let milliseconds = expiresIn.map { Int($0 / .milliseconds(1)) }
    let events = events
    let core = core
    eventLoop.execute { core.value.keepAddress() }
    let outcome = try await tell(
      ChatCommand.invite(
        note: Text(note), channel: Text(channel), expiresInMilliseconds: milliseconds))
    let started = outcome.nodes.compactMap { node in
      (try? outcome.view.party.tree.residue(of: node)).flatMap { Invitation($0) }
    }.last
    guard let started else { throw .closed }
    // Its secret is drawn by an effect, so that it comes a moment later.
    if let now = await invitation(started.id), now.phase != .computing { return now }
    for await event in events {
      switch event {
      case .invitation(let now) where now.id == started.id && now.phase != .computing: return now
      case .missed:
        if let now = await invitation(started.id), now.phase != .computing { return now }
      case .stopped(let reason): throw .store(reason)
      default: break
      }
    }
    throw Task.isCancelled ? .cancelled : .closed
  }

  /// An invitation by its name, or nil.
  public func invitation(_ id: Invitation.ID) async -> Invitation? {
    await read { view in (try? view.invitation(id)).flatMap { Invitation(view.residue($0)) } }
  }

  /// The link of an invitation that this client has made. It holds the secret: hand it to the guest
  /// and to nobody else.
  public func link(of id: Invitation.ID) async throws(ClientError) -> String {
    let page = Text(address.page)
    let host = Text(fingerprint)
    let link = await read { view -> String? in
      guard let branch = try? view.invitation(id),
        let name = view.residue(branch)[ChatField.secretName]?.string,
        Invitation(view.residue(branch))?.isHost == true, let secret = view.vault.secret(name)
      else { return nil }
      return InvitationLink(page: page, host: host, invitation: Text(id), secret: secret)
        .text.description
    }
    guard let link else { throw .unknownInvitation(id) }
    return link
  }

  /// The relay that the link of an invitation is for, for example `https://relay.example`.
  ///
  /// - Throws: ``ClientError/badLink``.
  public static func relay(of link: String) throws(ClientError) -> String {
    try read(link).relay.url
  }

  private static func read(
    _ link: String
  ) throws(ClientError) -> (parts: InvitationLink, relay: ServerAddress) {
    guard let parts = InvitationLink(Text(link)),
      let relay = try? ServerAddress(parts.page.description)
    else { throw .badLink }
    return (parts, relay)
  }

  /// Follows a link that somebody has handed on. The contact appears when its host has answered,
  /// which may take until the host is online.
  ///
  /// - Throws: ``ClientError/badLink``, ``ClientError/otherRelay(_:)``,
  ///   ``ClientError/tooLong(_:limit:)`` for a note of more than 256 characters,
  ///   ``ClientError/refused(_:)`` for a link of one's own, of somebody who is blocked, or for an
  ///   invitation that is being followed by a link with another secret.
  @discardableResult
  public func accept(_ link: String, note: String = "") async throws(ClientError) -> Invitation {
    try ClientLimit.invitationNote.check(note)
    let (parts, relay) = try SimpaticoClient.read(link)
    guard relay == address else { throw .otherRelay(parts.page.description) }
    let core = core
    do {
      try await eventLoop.flatSubmit { core.value.follow(parts, note: Text(note)) }.get()
    } catch {
      throw error as? ClientError ?? .store(String(describing: error))
    }
    let id = Invitation.id(of: parts.invitation.description, host: parts.host.description)
    guard let invitation = await invitation(id) else { throw .closed }
    return invitation
  }

  /// Takes an invitation back that nobody has used yet.
  public func revoke(_ id: Invitation.ID) async throws(ClientError) {
    try await tell(ChatCommand.revoke) { view throws(ClientError) in try view.invitation(id) }
  }

  /// Gives up on an invitation that this client follows.
  public func cancel(_ id: Invitation.ID) async throws(ClientError) {
    try await tell(ChatCommand.cancel) { view throws(ClientError) in try view.invitation(id) }
  }
}
