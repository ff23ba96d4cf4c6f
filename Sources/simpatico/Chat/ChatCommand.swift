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
