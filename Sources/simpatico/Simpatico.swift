@main enum Simpatico { static func main() {} }
