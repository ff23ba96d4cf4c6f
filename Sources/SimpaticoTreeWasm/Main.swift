// Nothing runs at start-up: the page calls the exported functions. Native builds still want an
// entry point.
@main enum Main { static func main() {} }
