public import SimpaticoProtocol
public import SimpaticoTree

/// All parties of a protocol, the network between them, a virtual clock and a seeded random source.
///
/// A world is a value: a copy is another universe, and costs O(1). It advances by one enabled event
/// at a time; the same settings give the same bytes, natively and in the browser. It does for mock
/// sockets what a host does for real ones: it performs the parties' effects and brings back what
/// comes of them.
public struct World: Sendable {
  /// Where a world starts from.
  public struct Settings: Equatable, Sendable {
    /// What all chance comes from.
    public var seed: UInt64
    /// 1 to 64.
    public var clients: Int
    /// How long a frame travels.
    public var latencyMilliseconds: ClosedRange<Int64>
    /// How long a cipher operation takes.
    public var computationMilliseconds: ClosedRange<Int64>
    /// How long a registration may take.
    public var deadlineMilliseconds: Int
    /// Faults by client, counted from 0.
    public var faults: [(client: Int, fault: Fault)]
    /// What happens in a chat. Nil for clients that register once and do nothing else.
    public var script: [Deed]?
    /// Who takes part; nil for the chat's own parties.
    public internal(set) var cast: Cast?

    /// Settings; the defaults are a server and three clients on a lively network.
    public init(
      seed: UInt64 = 1, clients: Int = 3, latencyMilliseconds: ClosedRange<Int64> = 5...25,
      computationMilliseconds: ClosedRange<Int64> = 1...4, deadlineMilliseconds: Int = 10_000,
      faults: [(client: Int, fault: Fault)] = [], script: [Deed]? = nil
    ) {
      self.seed = seed
      self.clients = min(max(clients, 1), World.maximumClients)
      self.latencyMilliseconds = latencyMilliseconds
      self.computationMilliseconds = computationMilliseconds
      self.deadlineMilliseconds = deadlineMilliseconds
      self.faults = faults
      self.script = script?.filter { (0..<clients).contains($0.client) }
    }

    public static func == (left: Settings, right: Settings) -> Bool {
      left.seed == right.seed && left.clients == right.clients
        && left.latencyMilliseconds == right.latencyMilliseconds
        && left.computationMilliseconds == right.computationMilliseconds
        && left.deadlineMilliseconds == right.deadlineMilliseconds
        && left.script == right.script && left.cast === right.cast
        && left.faults.elementsEqual(right.faults) {
          $0.client == $1.client && $0.fault == $1.fault
        }
    }
  }

  /// Something worth telling that is not in a tree: a refused input, or what a handler logged.
  public struct Remark: Sendable {
    /// The step in which it was made.
    public let step: Int
    /// The party that it is about.
    public let party: Int
    /// What it says.
    public let text: Text
  }

  /// Remarks in order, as records: see there.
  struct RemarkLog: Sendable {
    private final class Told: Record, @unchecked Sendable {
      let remark: Remark

      init(_ remark: Remark) { self.remark = remark }
    }

    private var told = Vector<Record>()

    var count: Int { told.count }
    var elements: [Remark] { (0..<count).map { self[$0] } }
    subscript(_ index: Int) -> Remark { unsafeDowncast(told[index], to: Told.self).remark }
    mutating func append(_ remark: Remark) { told.append(Told(remark)) }
  }

  /// More clients than this make no world.
  public static let maximumClients = 64

  /// What this world started from.
  public let settings: Settings
  /// The server first, then the clients.
  public internal(set) var parties: [Party]
  /// Virtual milliseconds since the start.
  public private(set) var clock: Int64 = 0
  /// Events that have happened.
  public private(set) var step = 0
  /// All sockets that were ever opened, in order. Linear.
  public var sockets: [MockSocket] { socketLog.elements }
  /// What was worth telling besides the trees, in order. Linear.
  public var remarks: [Remark] { remarkLog.elements }
  /// For each party, the step in which each of its nodes was added. Linear.
  public var stepsOfNodes: [[Int]] { history.steps(of: parties) }

  // What grows with history is shared by copies and never copied whole.
  var socketLog = Vector<MockSocket>()
  var remarkLog = RemarkLog()
  private var history = History()
  var events = EventQueue()
  /// Whether each client's process runs, in a chat.
  var isRunning: [Bool]
  /// How far each party's clock is from that of the world.
  var clockSkews: [Int64]
  /// What is to happen to the next connection of a client, and to the next frames that reach one.
  var faultsAhead: [(client: Int, fault: Fault)] = []
  var tamperings: [(client: Int, tampering: Tampering)] = []
  /// Until when connections are refused.
  var relayIsDownUntil: Int64 = 0
  /// The secrets of each party.
  var vaults: [Vault]
  var random: RandomSource

  /// A world in which nothing has happened yet and every client is about to connect.
  public init(_ settings: Settings = Settings()) {
    self.settings = settings
    random = RandomSource(seed: settings.seed)
    parties = (0...settings.clients).map { settings.party($0) }
    isRunning = Array(repeating: false, count: settings.clients)
    vaults = Array(repeating: Vault(), count: parties.count)
    clockSkews = Array(repeating: 0, count: parties.count)
    for client in 0..<settings.clients {
      let start = random.next(.latency, in: settings.latencyMilliseconds)
      events.schedule(.begin(client: client), at: start, about: client)
    }
    for (index, deed) in (settings.script ?? []).enumerated() {
      events.schedule(.deed(index), at: deed.at, about: index)
    }
  }

  /// Whether nothing more will happen by itself.
  public var isQuiet: Bool { events.isEmpty }

  /// What will happen, in order.
  public var pending: [Event] { events.ordered }

  /// Lets the next event happen. Answers false where there is none.
  @discardableResult
  public mutating func advance() -> Bool {
    guard let event = events.popFirst() else { return false }
    begin(event.id, at: event.at)
    perform(event.kind)
    return true
  }

  /// Begins a step. What it causes gets its names and its chance from the step's own name, so that
  /// nothing else has a part in them.
  mutating func begin(_ cause: EventID, at time: Int64) {
    clock = max(clock, time)
    step += 1
    events.begin(cause)
    random = RandomSource(seed: settings.seed &+ cause.bits)
  }

  /// Advances until nothing more happens, or by at most `steps` events. Answers whether it is
  /// quiet.
  @discardableResult
  public mutating func run(atMost steps: Int = 100_000) -> Bool {
    var left = steps
    while left > 0, advance() { left -= 1 }
    return isQuiet
  }

  /// A moment for a party's next input, by the party's own clock.
  mutating func moment(of party: Int) -> Moment {
    Moment(timeMilliseconds: clock + clockSkews[party], random: random.next(.moment))
  }

  /// Tells equal runs apart from different ones: every node of every party, in order, and the state
  /// they came to. Linear in the nodes since `settleDigest`.
  public var digest: Text {
    var digest = history.digest(of: parties)
    digest.update(clock)
    for party in parties {
      party.tree.tree.residues.forEach { digest.update($0) }
      digest.update(party.tree.summary)
    }
    return digest.hexadecimal
  }

  /// Keeps the digest of the nodes so far, for those who ask for it again and again.
  mutating func settleDigest() { history.settle(parties) }

  /// Notes a node that the present event has added to a party.
  mutating func note(_ node: NodeID, of party: Int) { history.note(node, of: party, in: step) }
}
