import ArgumentParser
import Foundation
import SimpaticoClient

/// `simpatico chat`: a conversation in the terminal.
struct ChatCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Talk with people, end-to-end encrypted.",
    discussion: """
      Type a text and press Enter to send it; /help lists the commands. Where standard input or \
      output is no terminal, lines are read and printed plainly. NO_COLOR is honoured.
      """ + "\n\n" + Outcome.explanation)

  @OptionGroup var client: ClientOptions

  func run() async throws {
    try await Outcome.with(client) { me in
      let room = ChatRoom(me, server: me.server, isInteractive: Terminal.isInteractive)
      try await room.run()
    }
  }
}

/// Everything that a chat reacts to, in one order.
enum ChatHappening: Sendable {
  case bytes([UInt8])
  case endOfInput
  case event(ClientEvent)
  case resized
  case signalled
  case second
}

/// Where happenings come from.
enum ChatInput {
  /// All happenings: a client's events, the keyboard and the process.
  static func open(
    _ events: AsyncStream<ClientEvent>, raw: RawMode?
  ) -> AsyncStream<ChatHappening> {
    let signals = Signals(Signals.ending + (raw != nil ? [SIGWINCH] : []))
    let received = signals.received { raw?.restore() }
    let (stream, continuation) = AsyncStream.makeStream(of: ChatHappening.self)
    let tasks = [
      Task { for await event in events { continuation.yield(.event(event)) } },
      Task {
        for await number in received {
          continuation.yield(number == SIGWINCH ? .resized : .signalled)
        }
      },
      Task {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
          continuation.yield(.second)
        }
      },
    ]
    continuation.onTermination = { _ in for task in tasks { task.cancel() } }
    // A thread of its own, since reading waits; it ends with the process or the input.
    let thread = Thread {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        if count <= 0 { break }
        continuation.yield(.bytes(Array(buffer[..<count])))
      }
      continuation.yield(.endOfInput)
    }
    thread.start()
    return stream
  }
}
