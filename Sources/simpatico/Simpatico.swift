import ArgumentParser

@main
enum Program {
  static func main() async {
    StandardFiles.reserve()
    Serve.keepSignals(CommandLine.arguments)
    await Simpatico.main()
  }
}

/// The command-line tool: every capability, scriptable.
struct Simpatico: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simpatico",
    abstract:
      "A multiverse laboratory for connection protocols, and the private chat that grew in it.",
    subcommands: [
      ChatCommand.self, IdentityCommand.self, InviteCommand.self, AcceptCommand.self,
      SendCommand.self, ListenCommand.self, ContactsCommand.self, MessagesCommand.self,
      ExportCommand.self, Serve.self, Connect.self, Simulate.self, Tree.self,
    ])
}
