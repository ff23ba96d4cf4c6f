import Foundation
import SimpaticoClient

/// Everything that a chat reacts to, in one order.
enum ChatHappening: Sendable {
  /// What was typed.
  case bytes([UInt8])
  /// What came by a pipe.
  case line(InputLines.Line)
  case endOfInput
  case event(ClientEvent)
  /// Events were missed: how it is now, before those that follow.
  case missed(ClientState)
  case resized
  case signalled
  case second
}

/// Where happenings come from: a client's events, the keyboard or a pipe, and the process. Each of
/// them waits until what it has told is taken.
final class ChatInput {
  private let happenings = Handover<ChatHappening>()
  private var tasks: [Task<Void, Never>] = []
  /// Events that may wait, so that those of a line are told before many more lines are taken.
  private static let eventsAhead = 1024

  /// - Parameter raw: the mode of the terminal, where there is one.
  init(_ client: SimpaticoClient, _ events: AsyncStream<ClientEvent>, raw: RawMode?) {
    let happenings = happenings
    let isInteractive = raw != nil
    let signals = Signals(Signals.ending + (isInteractive ? [SIGWINCH] : []))
    let received = signals.received { raw?.restore() }
    tasks = [
      Task { await ChatInput.follow(events, of: client, happenings) },
      Task {
        for await number in received {
          await happenings.give(number == SIGWINCH ? .resized : .signalled)
        }
      },
      Task {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await happenings.give(.second) }
      },
      Task {
        await isInteractive ? ChatInput.readKeys(happenings) : ChatInput.readLines(happenings)
        await happenings.give(.endOfInput)
      },
    ]
  }

  func next() async -> ChatHappening? { await happenings.take() }

  func close() {
    for task in tasks { task.cancel() }
    happenings.finish()
  }

  private static func follow(
    _ events: AsyncStream<ClientEvent>, of client: SimpaticoClient,
    _ happenings: Handover<ChatHappening>
  ) async {
    for await event in events {
      if event == .missed {
        let (now, events) = await client.observe()
        await happenings.give(.missed(now))
        return await follow(events, of: client, happenings)
      }
      await happenings.give(.event(event), ahead: eventsAhead)
    }
  }

  private static func readKeys(_ happenings: Handover<ChatHappening>) async {
    for await bytes in StandardFiles.input() { await happenings.give(.bytes(bytes)) }
  }

  private static func readLines(_ happenings: Handover<ChatHappening>) async {
    var lines = InputLines()
    for await bytes in StandardFiles.input() {
      for line in lines.take(bytes) { await happenings.give(.line(line)) }
    }
    if let line = lines.end() { await happenings.give(.line(line)) }
  }
}
