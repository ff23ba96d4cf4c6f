import SimpaticoProtocol
import SimpaticoStore
import SimpaticoTree

extension SimpaticoClient {
  /// A file's history as JSON, for the lab: a recording of the client's trunk and its journal. It
  /// begins where something was deleted last, or was more than is kept of it.
  ///
  /// It holds what was said and with whom, and no key and no secret. Needs no passphrase; fails
  /// where another program has the file open. Linear in the history.
  public static func recording(ofFile file: String) async throws(ClientError) -> String {
    do {
      let store = try await Store.open(at: file)
      let history: Store.Saved
      do {
        history = try await store.history()
      } catch {
        try? await store.close()
        throw error
      }
      try await store.close()
      let trunk = Party.client(suite: .classic, name: "client").tree
      let recording =
        try history.snapshot.map {
          try Recording.write(trunk: trunk, from: $0, journal: history.entries)
        } ?? Recording.write(trunk: trunk, journal: history.entries)
      return JSON.print(recording).description
    } catch let error as RecordingError {
      throw .store("\(file): \(error.text)")
    } catch {
      throw .store(String(describing: error))
    }
  }
}
