import NIOCore

/// The time as HTTP writes it (RFC 9110 section 5.6.7), made once a second. It lives on one event
/// loop.
final class HTTPDate {
  private var second: Int64 = -1
  private var text = ""

  /// For example `Sun, 06 Nov 1994 08:49:37 GMT`.
  func now() -> String {
    let second = WallClock.seconds()
    if second != self.second {
      self.second = second
      text = Self.text(second)
    }
    return text
  }

  /// The text of a number of seconds since 1970, from then until the year 9999.
  static func text(_ second: Int64) -> String {
    let days = second / 86_400
    let rest = Int(second % 86_400)
    let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let (year, month, day) = civil(days)
    let time = [rest / 3600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
    return "\(weekdays[Int(days % 7)]), \(twoDigits(day)) \(months[month - 1]) \(year) \(time) GMT"
  }

  private static func twoDigits(_ number: Int) -> String {
    (number < 10 ? "0" : "") + String(number)
  }

  /// The day of the Gregorian calendar: counted in eras of 400 years that begin on a 1 March, so
  /// that the leap day is the last of its year.
  private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(days) + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
