import SimpaticoProtocol
import SimpaticoStore
import SimpaticoTree

extension SimpaticoClient {
  /// A file's whole history as JSON, for the lab: a recording of the client's trunk and its
  /// journal.
  ///
  /// It holds what was said and with whom, and no key and no secret. Needs no passphrase; fails
  /// where another program has the file open. Linear in the history.
  public static func recording(ofFile file: String) async throws(ClientError) -> String {
    do {
      let store = try await Store.open(at: file)
      let entries: [JournalEntry]
      do {
        entries = try await store.entries()
      } catch {
        try? await store.close()
        throw error
      }
      try await store.close()
      let trunk = Party.client(suite: .classic, name: "client").tree
      return JSON.print(try Recording.write(trunk: trunk, journal: entries)).description
    } catch let error as RecordingError {
      throw .store("\(file): \(error.text)")
    } catch {
      throw .store(String(describing: error))
    }
  }
}
