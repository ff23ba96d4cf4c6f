import NIOCore

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Notices that the machine has slept, or that its addresses are others: then a connection may be
/// dead without knowing, and one that waits may succeed at once.
///
/// It looks now and then, which needs no rights and works on every system. One look costs a system
/// call for the addresses.
final class NetworkWatch {
  static let period = TimeAmount.seconds(5)
  /// A pause that is longer by so much was a sleep.
  static let sleepNanoseconds: Int64 = 10_000_000_000

  private let eventLoop: any EventLoop
  private let didChange: () -> Void
  private var addresses: Set<String>
  private var lastLook: Int64
  private var task: Scheduled<Void>?

  /// Calls `didChange` on the event loop, on which this must be made too.
  init(on eventLoop: any EventLoop, didChange: @escaping () -> Void) {
    self.eventLoop = eventLoop
    self.didChange = didChange
    addresses = NetworkWatch.currentAddresses()
    lastLook = NetworkWatch.wallClockNanoseconds()
    schedule()
  }

  func stop() {
    task?.cancel()
    task = nil
  }

  private func schedule() {
    task = eventLoop.assumeIsolated().scheduleTask(in: NetworkWatch.period) { [weak self] in
      self?.look()
    }
  }

  private func look() {
    let now = NetworkWatch.wallClockNanoseconds()
    let hasSlept =
      now - lastLook > NetworkWatch.period.nanoseconds + NetworkWatch.sleepNanoseconds
    let current = NetworkWatch.currentAddresses()
    let hasMoved = current != addresses
    lastLook = now
    addresses = current
    if hasSlept || hasMoved { didChange() }
    schedule()
  }

  /// The addresses of all interfaces but loopback ones, which never change.
  private static func currentAddresses() -> Set<String> {
    let devices = (try? System.enumerateDevices()) ?? []
    return Set(devices.compactMap { $0.address?.ipAddress }.filter { $0 != "127.0.0.1" })
  }

  private static func wallClockNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
