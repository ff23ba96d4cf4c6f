import CoreMetrics
import SimpaticoHost
import SimpaticoProtocol
import SimpaticoSocket

/// What the relay counts. Nothing here tells one peer from another.
final class RelayMetrics: Sendable {
  enum Outcome: String, CaseIterable { case verified, refused, left }
  enum Cut: String, CaseIterable { case slow, silent }
  enum Reload: String, CaseIterable { case succeeded, failed }

  static let help = [
    "simpatico_connections": "Connections of all kinds.",
    "simpatico_websockets": "Connections that are WebSockets.",
    "simpatico_unregistered_connections": "WebSockets that have not proved a key yet.",
    "simpatico_addresses": "Addresses that connections come from.",
    "simpatico_accepted_total": "Connections that were accepted.",
    "simpatico_limit_reached_total": "Times that a limit was reached, by limit.",
    "simpatico_cut_total": "Connections given up as slow or silent, by cause.",
    "simpatico_registrations_total": "Registrations that ended, by outcome.",
    "simpatico_waiting_registrations": "Proofs that wait for a thread or are being checked.",
    "simpatico_messages_received_total": "Messages from WebSockets.",
    "simpatico_bytes_received_total": "Bytes of those messages.",
    "simpatico_messages_sent_total": "Messages to WebSockets.",
    "simpatico_forwarded_total": "Messages from one event loop to another.",
    "simpatico_undelivered_total": "Messages that an event loop was too busy to take.",
    "simpatico_violations_total": "Messages that broke the protocol.",
    "simpatico_refusals_total": "Inputs that a handler refused.",
    "simpatico_http_responses_total": "Answers to HTTP requests, by status.",
    "simpatico_retained_nodes": "Nodes of the server's tree that are in memory.",
    "simpatico_tls_handshake_failures_total": "TLS handshakes that failed.",
    "simpatico_tls_reloads_total": "Times that the certificate was read again, by outcome.",
    "simpatico_tls_certificate_expiry_seconds": "When the certificate expires, since 1970.",
    "simpatico_ready": "1 from the start until the relay is told to stop.",
  ]

  let connections: Recorder
  let webSockets: Recorder
  let unregistered: Recorder
  let addresses: Recorder
  let waitingRegistrations: Recorder
  let retainedNodes: Recorder
  let certificateExpiry: Recorder
  let ready: Recorder
  let accepted: Counter
  let tlsHandshakeFailures: Counter
  let forwarded: Counter
  let undelivered: Counter
  private let messagesReceived: Counter
  private let bytesReceived: Counter
  private let messagesSent: Counter
  private let violations: Counter
  private let refusals: Counter
  private let limits: [RelayLimit: Counter]
  private let cuts: [Cut: Counter]
  private let outcomes: [Outcome: Counter]
  private let reloads: [Reload: Counter]
  private let statuses: [Int: Counter]
  private let otherStatuses: Counter

  init(_ factory: any MetricsFactory) {
    func counter(_ name: String, _ dimensions: [(String, String)] = []) -> Counter {
      Counter(label: "simpatico_\(name)_total", dimensions: dimensions, factory: factory)
    }
    func gauge(_ name: String) -> Recorder {
      Recorder(label: "simpatico_\(name)", dimensions: [], aggregate: false, factory: factory)
    }
    /// One counter for each case, so that a series is there before its first event.
    func counters<Key: RawRepresentable<String> & CaseIterable & Hashable>(
      _ name: String, _ label: String, _ keys: Key.Type
    ) -> [Key: Counter] {
      Dictionary(
        uniqueKeysWithValues: Key.allCases.map { ($0, counter(name, [(label, $0.rawValue)])) })
    }
    connections = gauge("connections")
    webSockets = gauge("websockets")
    unregistered = gauge("unregistered_connections")
    addresses = gauge("addresses")
    waitingRegistrations = gauge("waiting_registrations")
    retainedNodes = gauge("retained_nodes")
    certificateExpiry = gauge("tls_certificate_expiry_seconds")
    ready = gauge("ready")
    accepted = counter("accepted")
    tlsHandshakeFailures = counter("tls_handshake_failures")
    forwarded = counter("forwarded")
    undelivered = counter("undelivered")
    messagesReceived = counter("messages_received")
    bytesReceived = counter("bytes_received")
    messagesSent = counter("messages_sent")
    violations = counter("violations")
    refusals = counter("refusals")
    limits = counters("limit_reached", "limit", RelayLimit.self)
    cuts = counters("cut", "cause", Cut.self)
    outcomes = counters("registrations", "outcome", Outcome.self)
    reloads = counters("tls_reloads", "outcome", Reload.self)
    func answers(_ status: String) -> Counter { counter("http_responses", [("status", status)]) }
    let known = [
      101, 200, 304, 308, 400, 401, 403, 404, 405, 408, 413, 426, 429, 431, 500, 503, 505,
    ]
    statuses = Dictionary(uniqueKeysWithValues: known.map { ($0, answers("\($0)")) })
    otherStatuses = answers("other")
  }

  func reached(_ limit: RelayLimit) { limits[limit]?.increment() }

  func cut(_ cut: WebSocketCut) {
    switch cut {
    case .slowConsumer: cuts[.slow]?.increment()
    case .unresponsive: cuts[.silent]?.increment()
    }
  }

  func registered(_ outcome: Outcome) { outcomes[outcome]?.increment() }

  func reloaded(_ outcome: Reload) { reloads[outcome]?.increment() }

  func answered(_ status: Int) { (statuses[status] ?? otherStatuses).increment() }

  func received(_ byteCount: Int) {
    messagesReceived.increment()
    bytesReceived.increment(by: byteCount)
  }

  func observe(_ reaction: Party.Reaction) {
    if reaction.violation != nil { violations.increment() }
    if !reaction.refusals.isEmpty { refusals.increment(by: reaction.refusals.count) }
    var sent = 0
    for request in reaction.effects {
      if case .send = request.effect { sent += 1 }
    }
    if sent > 0 { messagesSent.increment(by: sent) }
  }
}
