import Foundation
import SimpaticoClient
import SimpaticoProtocol
import SimpaticoTree

/// What a chat shows: rows of a conversation and, in a terminal, a line for typing.
struct ChatWindow {
  let isInteractive: Bool
  let style: Style
  private(set) var screen: Screen
  private let output = StandardOutput()
  private var editor = LineEditor()
  private var keys = KeyReader()
  private var prompt = ("", 0)
  /// The rows of own messages that may still get another tick.
  private var ticks: [TickPlace: Int] = [:]
  private var lastDay = ""
  private var isEnded = false

  private struct TickPlace: Hashable {
    let contact: Contact.ID
    let message: Message.ID
  }

  init(isInteractive: Bool, style: Style, size: Terminal.Size) {
    self.isInteractive = isInteractive
    self.style = style
    screen = Screen(size: size, send: output.write)
  }

  /// Why nothing can be shown any more.
  var failure: Failure? { output.failure }

  private var columns: Int { screen.size.columns }

  // MARK: Showing

  /// A line of the program's own.
  mutating func say(_ text: String, _ paint: (Style) -> (String) -> String = { $0.dim }) {
    let paint = paint(style)
    guard isInteractive else {
      return put(["* " + text])
    }
    let rows = Wrapping.rows(text, first: columns - 2, rest: columns - 4)
    put(rows.enumerated().map { ($0 == 0 ? "— " : "    ") + $1 }.map(paint))
  }

  /// A table: each row as it is, but no wider than the terminal.
  mutating func list(_ rows: [String]) {
    put(isInteractive ? rows.map { Wrapping.shortened($0, to: columns) } : rows)
  }

  /// A line that can be copied as one.
  mutating func unbroken(_ line: String) {
    isInteractive ? screen.writeUnbroken(line) : put([line])
  }

  mutating func drawing(_ rows: [String]) { put(rows) }

  mutating func message(_ message: Message, title: String) {
    noteDay(of: message.date)
    let text = PlainText.clean(message.text)
    guard isInteractive else {
      return put(["\(message.isOwn ? "you" : title): " + text.replacing("\n", with: "\n    ")])
    }
    let name = Naming.shortened(message.isOwn ? "you" : title, to: max(4, columns / 5))
    let time = ChatWindow.time(message.date)
    let tick = message.isOwn ? ChatWindow.tick(message.phase) : "   "
    let width = 3 + 1 + time.count + 1 + DisplayWidth.of(name) + 2
    let rest = columns < 60 ? 4 : width
    let rows = Wrapping.rows(text, first: columns - width, rest: columns - rest)
    let paint = message.isOwn ? style.own : style.other
    let head = "\(paintTick(tick, message.phase)) \(style.dim(time)) \(paint(name + ":")) "
    let first = screen.write(
      rows.enumerated().map { $0 == 0 ? head + $1 : String(repeating: " ", count: rest) + $1 })
    if message.isOwn {
      ticks[TickPlace(contact: message.contact, message: message.id)] = first
      if message.phase == .failed { explainFailure(message) }
    }
  }

  /// An own message has come further.
  mutating func tick(_ message: Message, isShown: Bool) {
    guard isInteractive else {
      if [.delivered, .read, .failed].contains(message.phase) {
        let reason = message.reason.map { ": " + PlainText.line($0) } ?? ""
        put(["[\(message.phase.name)\(reason)] " + PlainText.line(message.text)])
      }
      return
    }
    let place = TickPlace(contact: message.contact, message: message.id)
    let tick = paintTick(ChatWindow.tick(message.phase), message.phase)
    if isShown, let row = ticks[place], !screen.rewrite(row: row, beginning: tick) {
      ticks[place] = nil
    }
    if message.phase == .failed { explainFailure(message) }
  }

  private mutating func explainFailure(_ message: Message) {
    let reason = PlainText.line(message.reason ?? "no reason is known")
    let text = Wrapping.shortened(PlainText.line(message.text), to: 20)
    say("✗ “\(text)” will not arrive: \(reason). /retry tries again") { $0.bad }
  }

  private mutating func noteDay(of date: Date) {
    let day = ChatWindow.format(date, "%a %e %b %Y").replacing("  ", with: " ")
    if day == lastDay { return }
    // Today needs no saying before anything else was shown.
    let isFirst = lastDay.isEmpty && day == ChatWindow.format(Date(), "%a %e %b %Y")
    lastDay = day
    if !isFirst { say(day) }
  }

  private mutating func put(_ rows: [String]) {
    if isEnded { return }
    if isInteractive {
      screen.write(rows)
    } else {
      output.write(rows.map { $0 + "\n" }.joined())
    }
  }

  // MARK: Ticks

  /// How far a message has come, in three columns.
  static func tick(_ phase: DeliveryPhase) -> String {
    switch phase {
    case .queued, .sending: "·  "
    case .sent: "✓  "
    case .delivered: "✓✓ "
    case .read: "✓✓●"
    case .failed: "✗  "
    case .received: "   "
    }
  }

  private func paintTick(_ tick: String, _ phase: DeliveryPhase) -> String {
    switch phase {
    case .read: style.good(tick)
    case .failed: style.bad(tick)
    default: style.dim(tick)
    }
  }

  // MARK: Typing

  /// Takes what was typed, and answers the lines that are finished and what else is wanted.
  mutating func take(_ bytes: [UInt8]) -> [LineEditor.Action] {
    var actions: [LineEditor.Action] = []
    for key in keys.read(bytes) {
      if let action = editor.take(key) { actions.append(action) }
    }
    if isInteractive { draw() }
    return actions
  }

  var head: String { editor.head }

  mutating func complete(_ count: Int, with text: String) {
    editor.replace(count, with: text)
    draw()
  }

  mutating func setPrompt(_ text: String, isStrong: Bool) {
    guard isInteractive else { return }
    let short = Wrapping.shortened(text, to: max(4, columns / 2))
    prompt = (isStrong ? style.strong(short) : style.dim(short), DisplayWidth.of(short))
    draw()
  }

  mutating func resize(to size: Terminal.Size) {
    screen.resize(to: size)
    draw()
  }

  mutating func clear() {
    if isInteractive { screen.clear() }
  }

  mutating func end() {
    if isInteractive { screen.leave() }
    isEnded = true
  }

  private mutating func draw() {
    if isEnded { return }
    screen.draw(prompt: prompt.0, promptColumns: prompt.1, line: editor)
  }

  // MARK: Time

  static func time(_ date: Date) -> String { format(date, "%H:%M") }

  static func format(_ date: Date, _ form: String) -> String {
    var seconds = time_t(max(-1e12, min(1e12, date.timeIntervalSince1970)))
    var parts = tm()
    localtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 64)
    let count = strftime(&buffer, buffer.count, form, &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
