import SimpaticoProtocol
public import SimpaticoTree

/// What a hostile relay does to one frame on its way to a client.
public enum Tampering: Equatable, Sendable {
  /// Keeps the next message to a handler for itself.
  case drop(Text)
  /// Delivers the next envelope with other bytes in its box.
  case corrupt
  /// Delivers the next envelope twice.
  case replay
  /// Gives the box of the next envelope back to its sender, in the recipient's name.
  case reflect
  /// Delivers the next envelope in the name of another client.
  case forge(as: Int)
  /// Delivers the next envelope with a box that is sealed to another client's key.
  case misseal(to: Int)
  /// Answers the next look-up with the key of another client.
  case misname(as: Int)

  /// The handler of the frames that it is about.
  var handler: Text {
    switch self {
    case .drop(let handler): handler
    case .misname: WireName.invite4
    case .corrupt, .replay, .reflect, .forge, .misseal: WireName.acceptEnvelop
    }
  }
}

extension World {
  /// What arrives in place of a frame; nil where nobody tampers with it.
  mutating func tampered(_ text: Text, _ socket: Int) -> [Text]? {
    guard let frame = try? JSON.parse(text), let handler = frame[WireName.handler]?.string,
      let fields = frame.object
    else { return nil }
    let client = socketLog[socket].client.party - 1
    let index = tamperings.firstIndex { $0.client == client && $0.tampering.handler == handler }
    guard let index else { return nil }
    let tampering = tamperings.remove(at: index).tampering
    let box = fields[WireName.box]?.string ?? Text()
    switch tampering {
    case .drop: return []
    case .corrupt: return [World.frame(fields, WireName.box, box + "?")]
    case .replay: return [text, text]
    case .reflect:
      reflect(fields)
      return [text]
    case .forge(let other):
      return [World.frame(fields, WireName.from, SymbolicCipher.fingerprint(other + 1))]
    case .misseal(let other):
      let sender = (1...settings.clients).first {
        .string(SymbolicCipher.fingerprint($0)) == fields[WireName.from]
      }
      let sealed = SymbolicCipher.seal(
        "{}", from: SymbolicCipher.privateKey(sender ?? 0),
        to: SymbolicCipher.publicKey(other + 1))
      return [World.frame(fields, WireName.box, sealed ?? Text())]
    case .misname(let other):
      return [
        World.frame(fields, Field.publicKeyPem, SymbolicCipher.publicKey(other + 1))
      ]
    }
  }

  /// Puts a frame on the wire to one end of all open sockets of a client.
  mutating func inject(_ text: Text, to end: SocketEnd, of client: Int) {
    forEachSocket(of: client) { world, socket in
      world.schedule(.frame(socket: socket, to: end, text), socket, to: end)
    }
  }

  private mutating func reflect(_ fields: Object) {
    var reflected = fields
    reflected[WireName.from] = fields[WireName.to]
    reflected[WireName.to] = fields[WireName.from]
    for client in 0..<settings.clients
    where .string(SymbolicCipher.fingerprint(client + 1)) == fields[WireName.from] {
      inject(JSON.print(.object(reflected)), to: .client, of: client)
    }
  }

  private static func frame(_ fields: Object, _ key: Text, _ value: Text) -> Text {
    var changed = fields
    changed[key] = .string(value)
    return JSON.print(.object(changed))
  }
}
