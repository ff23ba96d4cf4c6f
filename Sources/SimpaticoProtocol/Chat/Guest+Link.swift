public import SimpaticoTree

/// What becomes of the secret of a link, before `ChatCommand.accept` is given.
public enum LinkSecret: Equatable, Sendable {
  /// It is to be kept in the vault, under this name; and forgotten where the link is refused.
  case new(Text)
  /// The link is being followed: its secret is there.
  case known
  /// A link with another secret, and otherwise the same, is being followed. Neither takes the
  /// other's place: whoever made the second may not have made the first.
  case another

  /// What a person is told of a link that is `another`.
  public static let otherIsFollowed: Text =
    "another link for this invitation is being followed: give that one up first"
}

extension Party {
  /// What a client has to do with a link's secret.
  public func secret(of link: InvitationLink, in vault: Vault) -> LinkSecret {
    let name = ChatCommand.secretName(ofGuest: link.invitation, of: link.host)
    if ClientIndex.guest(of: link.host, link.invitation, tree.summary) == nil { return .new(name) }
    return vault.holds(link.secret, as: name) ? .known : .another
  }
}
